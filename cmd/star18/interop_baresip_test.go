//go:build interop && linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const second = time.Second

// baresip is a registered one that speaks a tone.
type baresip struct {
	site *site
	dir  string
	stop func()
}

const baresipControl = "4444"

func (s *site) baresip(t *testing.T, extras string, codecs ...string) *baresip {
	t.Helper()
	return s.startBaresip(t, extras, strings.Join(codecs, ","))
}

// startBaresip starts one with these last arguments of the script.
func (s *site) startBaresip(t *testing.T, args ...string) *baresip {
	t.Helper()
	dir := t.TempDir()
	stop := s.script(t, "baresip.sh", append([]string{dir, baresipUser, kamailioIP, "5072", baresipControl, strconv.Itoa(baresipHz)}, args...)...)
	t.Cleanup(func() {
		if log, err := os.ReadFile(filepath.Join(dir, "log")); t.Failed() && err == nil {
			t.Logf("baresip:\n%s", log)
		}
	})
	return &baresip{s, dir, stop}
}

// command gives it a command, as over its keyboard.
func (b *baresip) command(t *testing.T, words ...string) {
	t.Helper()
	script := filepath.Join(b.site.scripts, "ctrl.js")
	b.site.run(t, "node", append([]string{script, kamailioIP, baresipControl}, words...)...)
}

// heard ends baresip, so that its recording is complete.
func (b *baresip) heard(t *testing.T) recording {
	t.Helper()
	b.stop()
	found, err := filepath.Glob(filepath.Join(b.dir, "*-dec.wav"))
	if err != nil || len(found) != 1 {
		t.Fatalf("baresip left %q, want one recording", found)
	}
	return readWAV(t, found[0])
}

// speak lets sound pass: how much there is of it is what will be measured.
func speak(d time.Duration) { time.Sleep(d) }

func callsBaresip(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.baresip(t, "answermode=auto")
	near := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", baresipUser, "--for", "3s"}})
	near.exits(exitDone)
	return ordinaryCall(t, near, far)
}

func answersBaresip(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.baresip(t, "")
	near := s.phone(t, options{user: calleeUser, hz: callerHz, args: []string{"answer", "--count", "1", "--for", "3s"}})
	near.await("registered")
	far.command(t, "dial", "sip:"+calleeUser+"@"+kamailioIP)
	near.exits(exitDone)
	if from := near.one("incoming").FromNumber; from != baresipUser {
		t.Errorf("announced as %q, want %q", from, baresipUser)
	}
	return ordinaryCall(t, near, far)
}

// refusesDTLS: keys by DTLS are another protocol, and are refused by its name.
func refusesDTLS(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.baresip(t, "mediaenc=dtls_srtp")
	near := s.phone(t, options{user: calleeUser, hz: callerHz, args: []string{"answer"}})
	near.await("registered")
	far.command(t, "dial", "sip:"+calleeUser+"@"+kamailioIP)
	speak(time.Second)
	near.interrupt()
	near.exits(exitNoCall)
	traffic, err := os.ReadFile(near.file("run.pcapng"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(traffic), "SIP/2.0 488 ")
	_, rest, _ = strings.Cut(rest, "Warning: ")
	warning, _, _ := strings.Cut(rest, "\r\n")
	if !strings.Contains(warning, "UDP/TLS/RTP/SAVP") {
		t.Errorf("no 488 that names DTLS: %q", warning)
	}
	return warning
}

func ordinaryCall(t *testing.T, near *phone, far *baresip) string {
	t.Helper()
	end := near.one("ended")
	if end.Secure != "never" || end.Cause != "hangup" || end.By != "local" {
		t.Errorf("ended %+v", end)
	}
	if end.Rx.Lost > 0 || end.Rx.Rejected > 0 {
		t.Errorf("received %+v", end.Rx)
	}
	return fmt.Sprintf("%s %d ms; star18 heard %s; baresip heard %s; %d packets in, %d late, %d concealed",
		near.one("answered").Codec, near.one("answered").Ptime,
		readWAV(t, near.file("heard.wav")).last(second).mustBe(t, baresipHz, baresipLevel),
		far.heard(t).last(second).mustBe(t, callerHz, star18Level),
		end.Rx.Packets, end.Rx.Late, end.Rx.Concealed)
}

// refusedByBaresip: an end that cannot make secure calls costs nothing but the
// security, and says so.
func refusedByBaresip(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.baresip(t, "answermode=auto")
	near := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", "*18" + baresipUser, "--for", "3s"}})
	near.exits(exitDone)
	why := near.one("not_secured")
	if why.Reason != "peer_refused" || why.Status != 488 {
		t.Errorf("not secured: %q %d, want peer_refused 488", why.Reason, why.Status)
	}
	return fmt.Sprintf("%s %d after %d ms; then ordinary: %s", why.Reason, why.Status,
		why.Time.Sub(near.one("answered").Time).Milliseconds(), ordinaryCall(t, near, far))
}

func requiredOfBaresip(t *testing.T, s *site) string {
	s.kamailio(t)
	s.baresip(t, "answermode=auto")
	near := s.phone(t, options{user: callerUser, hz: callerHz,
		args: []string{"call", "*18" + baresipUser, "--set", "secure.require=true"}})
	near.exits(exitInsecure)
	end := near.one("ended")
	if end.Cause != "security_required" || end.By != "local" {
		t.Errorf("ended by %s: %s, want by local: security_required", end.By, end.Cause)
	}
	return fmt.Sprintf("%s; hung up %d ms after the answer", near.one("not_secured").Reason,
		end.Time.Sub(near.one("answered").Time).Milliseconds())
}

// heldByBaresip: hold and resume are re-INVITEs from the other side.
func heldByBaresip(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.baresip(t, "answermode=auto")
	// Without the holding tone nothing is to be heard.
	near := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", baresipUser, "--set", "tones.scripts=[holding=]"}})
	start := near.await("answered").Time
	speak(1500 * time.Millisecond)
	far.command(t, "hold")
	held := near.await("held")
	speak(1500 * time.Millisecond)
	far.command(t, "resume")
	resumed := near.await("resumed")
	speak(2 * time.Second)
	near.interrupt()
	near.exits(exitDone)

	if near.one("held").By != "remote" || near.one("resumed").By != "remote" || near.one("ended").By != "local" {
		t.Errorf("held by %s, resumed by %s, ended by %s", held.By, resumed.By, near.one("ended").By)
	}
	heard := readWAV(t, near.file("heard.wav"))
	from, to := held.Time.Sub(start), resumed.Time.Sub(start)
	during := heard.cut(from+300*time.Millisecond, to-200*time.Millisecond)
	return fmt.Sprintf("before %s; held after %d ms, %s; after %s; baresip then heard %s",
		heard.cut(from-second, from-100*time.Millisecond).mustBe(t, baresipHz, baresipLevel),
		from.Milliseconds(), during.silence(t),
		heard.last(second).mustBe(t, baresipHz, baresipLevel),
		far.heard(t).last(second).mustBe(t, callerHz, star18Level))
}
