//go:build interop && linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestInterop drives the built program, as a user would, against programs that
// others wrote: Kamailio, baresip, linphone, SIPp and PulseAudio, in a network
// namespace of its own (ua/lab/testdata). Time is real here, because theirs is. The last
// lines are a matrix of all figures.
//
//	go test -tags interop -run Interop ./cmd/star18          everything
//	go test -tags interop -run Interop -short ./cmd/star18   what a change must pass
func TestInterop(t *testing.T) {
	requirePrograms(t)
	s := openSite(t)
	var rows []string
	for _, c := range interopCases {
		if testing.Short() && !c.short {
			continue
		}
		figures, ran := "", false
		ok := t.Run(c.name, func(t *testing.T) {
			ran = true
			figures = c.run(t, s)
			t.Log(figures)
		})
		verdict := map[bool]string{true: "ok    ", false: "FAILED"}[ok]
		if ran { // and was not left out with -run
			rows = append(rows, fmt.Sprintf("%s  %-20s %s", verdict, c.name, figures))
		}
	}
	t.Logf("\n%s", strings.Join(rows, "\n"))
}

// Each case returns its figures, in one line.
var interopCases = []struct {
	name  string
	short bool
	run   func(*testing.T, *site) string
}{
	{"secured_md5", true, func(t *testing.T, s *site) string { return securedThroughKamailio(t, s, "MD5") }},
	{"secured_sha256", true, func(t *testing.T, s *site) string { return securedThroughKamailio(t, s, "SHA-256") }},
	{"secured_relayed", true, securedThroughRelay},
	{"secured_tcp", false, func(t *testing.T, s *site) string { return securedOver(t, s, "tcp") }},
	{"secured_tls", true, func(t *testing.T, s *site) string { return securedOver(t, s, "tls") }},
	{"secured_ws", true, func(t *testing.T, s *site) string { return securedOver(t, s, "ws") }},
	{"secured_wss", false, func(t *testing.T, s *site) string { return securedOver(t, s, "wss") }},
	{"ws_elsewhere", false, noWebSocket},
	{"sdes_tls", false, keysUnderTLS},
	{"tls_unknown_ca", true, unknownCA},
	{"tls_wrong_name", false, wrongName},
	{"tls_baresip_udp", false, baresipByTLS},
	{"baresip_tcp", false, by("tcp", baresipOver)},
	{"baresip_tls", false, by("tls", baresipOver)},
	{"tcp_restarted", false, restartedTCP},
	{"calls_baresip", false, callsBaresip},
	{"answers_baresip", false, answersBaresip},
	{"g722_baresip", false, func(t *testing.T, s *site) string { return wideBaresip(t, s, "G722") }},
	{"opus_baresip", false, func(t *testing.T, s *site) string { return wideBaresip(t, s, "opus") }},
	{"dtls_refused", false, refusesDTLS},
	{"refused_by_baresip", true, refusedByBaresip},
	{"required_of_baresip", true, requiredOfBaresip},
	{"keys_baresip", false, keysOfBaresip},
	{"keys_sipp", true, keysFromSIPp},
	{"held_by_baresip", false, heldByBaresip},
	{"calls_linphone", true, callsLinphone},
	{"answers_linphone", false, answersLinphone},
	{"srtp_linphone", false, srtpLinphone},
	{"held_by_linphone", false, heldByLinphone},
	{"transferred", true, transferredByBaresip},
	{"transfers", true, transfersBaresip},
	{"connects", true, connects},
	{"robot", true, robot},
	{"busy", true, busy},
	{"declined", true, declined},
	{"unknown_number", true, unknownNumber},
	{"no_answer", true, noAnswer},
	{"wrong_password", true, wrongPassword},
	{"registrar_restarted", false, registrarRestarted},
	{"link_down", true, by("udp", linkDown)},
	{"link_down_tcp", false, by("tcp", linkDown)},
	{"link_down_tls", false, by("tls", linkDown)},
	{"link_down_wss", false, by("wss", linkDown)},
	{"registrar_dead", true, by("udp", registrarDead)},
	{"registrar_dead_tcp", false, by("tcp", registrarDead)},
	{"address_changed", true, by("udp", addressChanged)},
	{"address_changed_tls", false, by("tls", addressChanged)},
	{"address_in_call", true, addressChangedInCall},
	{"next_server", true, nextServer},
	{"lossy_calls", true, lossyCalls},
	{"times", false, times},
	{"sound_card", false, soundCard},
	{"answers_sipp", false, answersSIPp},
	{"answers_late_offer", false, answersLateOffer},
	{"repeats_200", false, repeatsOK},
	{"calls_odd_sdp", false, callsOddSDP},
	{"calls_reliably", true, callsReliably},
	{"answers_reliably", true, answersReliably},
	{"calls_forked", true, callsForked},
	{"calls_moved", true, callsMoved},
	{"loses_acks", false, losesACKs},
	{"many_180", false, ringsOnAndOn},
	{"cancels_by_route", true, cancelsByRoute},
	{"hangs_up_unacked", false, hangsUpUnacknowledged},
	{"refreshes", false, refreshes},
	{"refreshes_for_caller", false, refreshesForCaller},
}

// by runs a case over one transport.
func by(transport string, run func(*testing.T, *site, string) string) func(*testing.T, *site) string {
	return func(t *testing.T, s *site) string { return run(t, s, transport) }
}

// interopPrograms are the programs and the Debian packages that hold them.
var interopPrograms = []struct{ name, packages string }{
	{"kamailio", "kamailio kamailio-tls-modules kamailio-websocket-modules"},
	{"rtpengine", "rtpengine-daemon"},
	{"baresip", "baresip-core"},
	{"linphonec", "linphone-cli"},
	{"sipp", "sip-tester"},
	{"pulseaudio", "pulseaudio libasound2-plugins"},
	{"parec", "pulseaudio-utils"},
	{"sox", "sox"},
	{"ip", "iproute2"},
	{"iptables", "iptables"},
	{"node", "nodejs"},
	{"openssl", "openssl"},
}

// requirePrograms fails rather than skips: a matrix with holes proves nothing.
func requirePrograms(t *testing.T) {
	t.Helper()
	var missing []string
	for _, p := range interopPrograms {
		if _, err := exec.LookPath(p.name); err != nil {
			missing = append(missing, p.packages)
		}
	}
	if len(missing) > 0 {
		t.Fatalf("programs are missing; run: apt-get install %s", strings.Join(missing, " "))
	}
	if os.Geteuid() != 0 {
		t.Fatal("a network namespace needs root; run: sudo -E make interop")
	}
}
