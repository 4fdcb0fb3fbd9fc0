//go:build interop && linux

package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestInteropSDES drives the built program with secure.method: sdes against a
// baresip that speaks nothing but SRTP with keys in SDP (mediaenc=srtp-mand), and
// against one that speaks none of it, through Kamailio, which asks each INVITE
// for a password. The oracles are baresip's own recording, and packets that
// authenticate under the keys that it made.
//
//	go test -tags interop -run InteropSDES ./cmd/star18
func TestInteropSDES(t *testing.T) {
	requirePrograms(t)
	s := openSite(t)
	var rows []string
	for _, c := range []struct {
		name  string
		short bool
		run   func(*testing.T, *site) string
	}{
		{"sdes_calls_baresip", true, func(t *testing.T, s *site) string { return callsSRTP(t, s, "sdes") }},
		{"sdes_answers_baresip", true, func(t *testing.T, s *site) string { return answersSRTP(t, s, "sdes") }},
		{"auto_answers_baresip", false, func(t *testing.T, s *site) string { return answersSRTP(t, s, "auto") }},
		{"sdes_held_by_baresip", false, heldUnderSRTP},
		{"sdes_refused", true, refusedSRTP},
		{"sdes_required", true, requiredSRTP},
		{"sdes_peer_named", true, namesSRTPPeer},
	} {
		if testing.Short() && !c.short {
			continue
		}
		figures := ""
		ok := t.Run(c.name, func(t *testing.T) { figures = c.run(t, s) })
		rows = append(rows, fmt.Sprintf("%s  %-20s %s", map[bool]string{true: "ok    ", false: "FAILED"}[ok], c.name, figures))
	}
	t.Logf("\n%s", strings.Join(rows, "\n"))
}

const mandatory = "mediaenc=srtp-mand"

func callsSRTP(t *testing.T, s *site, method string) string {
	s.kamailio(t)
	far := s.baresip(t, "answermode=auto;"+mandatory)
	near := s.phone(t, options{user: callerUser, hz: callerHz,
		args: []string{"call", "*18" + baresipUser, "--for", "4s", "--set", "secure.method=" + method}})
	near.exits(exitDone)
	return hopByHop(t, near, far)
}

func answersSRTP(t *testing.T, s *site, method string) string {
	s.kamailio(t)
	far := s.baresip(t, mandatory)
	near := s.phone(t, options{user: calleeUser, hz: callerHz,
		args: []string{"answer", "--count", "1", "--for", "4s", "--set", "secure.method=" + method}})
	near.await("registered")
	far.command(t, "dial", "sip:"+calleeUser+"@"+kamailioIP)
	near.exits(exitDone)
	return hopByHop(t, near, far)
}

// heldUnderSRTP: hold and resume are re-INVITEs with keys, new ones or the same.
func heldUnderSRTP(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.baresip(t, "answermode=auto;"+mandatory)
	near := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", "*18" + baresipUser, "--set", "secure.method=sdes"}})
	near.await("secured")
	speak(time.Second)
	far.command(t, "hold")
	near.await("held")
	speak(time.Second)
	far.command(t, "resume")
	near.await("resumed")
	speak(3 * time.Second)
	near.interrupt()
	near.exits(exitDone)
	return fmt.Sprintf("%d keys in all; %s", len(keysSeen(near)), hopByHop(t, near, far))
}

// hopByHop asserts a call that was protected throughout and names nobody.
func hopByHop(t *testing.T, near *phone, far *baresip) string {
	t.Helper()
	var told struct {
		Name, Number, Method string
		Proven               bool
		KeysInClear          bool `json:"keys_in_clear"`
	}
	ev := near.one("secured")
	if err := json.Unmarshal([]byte(ev.line), &told); err != nil {
		t.Fatal(err)
	}
	if told.Name != "" || told.Number != "" || told.Proven || told.Method != "sdes" || !told.KeysInClear {
		t.Errorf("told %s", ev.line)
	}
	end := near.one("ended")
	if end.Secure != "secured" || end.Tx.Packets < 100 || end.Tx.Protected != end.Tx.Packets || end.Rx.Rejected > 0 {
		t.Errorf("ended %s", end.line)
	}
	for _, key := range keysSeen(near) {
		for _, e := range near.seen {
			if strings.Contains(e.line, key[:12]) {
				t.Errorf("a key was told: %s", e.line)
			}
		}
	}
	return fmt.Sprintf("%s after %d ms; %d packets out, all protected; star18 heard %s; baresip heard %s", ev.Transform, ev.MS, end.Tx.Packets,
		readWAV(t, near.file("heard.wav")).last(second).mustBe(t, baresipHz, baresipLevel),
		far.heard(t).last(second).mustBe(t, callerHz, star18Level))
}

var sentKey = regexp.MustCompile(`inline:([A-Za-z0-9+/]{40})`)

// keysSeen are the different keys of the call's descriptions.
func keysSeen(p *phone) []string {
	var keys []string
	seen := map[string]bool{}
	for _, m := range sentKey.FindAllSubmatch(p.captured(), -1) {
		if key := string(m[1]); !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	return keys
}

// refusedSRTP: a baresip without encryption refuses the keys and gets the call
// again in clear, after the user was told.
func refusedSRTP(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.baresip(t, "answermode=auto")
	near := s.phone(t, options{user: callerUser, hz: callerHz,
		args: []string{"call", "*18" + baresipUser, "--for", "3s", "--set", "secure.method=sdes"}})
	near.exits(exitDone)
	why := near.one("not_secured")
	if why.Reason != "peer_refused" || why.Status != 488 || why.Time.After(near.one("answered").Time) {
		t.Errorf("%s before %s", why.line, near.one("answered").line)
	}
	return fmt.Sprintf("%s %d; then ordinary: %s", why.Reason, why.Status, ordinaryCall(t, near, far))
}

func requiredSRTP(t *testing.T, s *site) string {
	s.kamailio(t)
	s.baresip(t, "answermode=auto")
	near := s.phone(t, options{user: callerUser, hz: callerHz,
		args: []string{"call", "*18" + baresipUser, "--set", "secure.method=sdes", "--set", "secure.require=true"}})
	near.exits(exitInsecure)
	end := near.one("ended")
	if end.Cause != "security_required" || end.Status != 488 || end.Tx.Packets != 0 {
		t.Errorf("%s", end.line)
	}
	return fmt.Sprintf("%s; %s, nothing was sent in clear", near.one("not_secured").Reason, end.Cause)
}

// namesSRTPPeer: a line that speaks x-sipura alone says who cannot reach it.
func namesSRTPPeer(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.baresip(t, mandatory)
	near := s.phone(t, options{user: calleeUser, hz: callerHz, args: []string{"answer"}})
	near.await("registered")
	far.command(t, "dial", "sip:"+calleeUser+"@"+kamailioIP)
	why := near.await("not_secured")
	if why.Reason != "sdes_peer" || why.Status != 488 || !strings.Contains(why.line, baresipUser) {
		t.Errorf("%s", why.line)
	}
	near.interrupt()
	near.exits(exitNoCall)
	return why.Reason + " 488"
}
