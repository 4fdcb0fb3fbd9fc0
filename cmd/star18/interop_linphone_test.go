//go:build interop && linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// linphone is a registered one that speaks the tone of baresip's rows.
type linphone struct {
	dir  string
	keys *os.File // takes commands, one a line
	stop func()
}

func (s *site) linphone(t *testing.T, extras ...string) *linphone {
	t.Helper()
	dir := t.TempDir()
	args := []string{dir, baresipUser, kamailioIP, "5074", strconv.Itoa(baresipHz)}
	stop := s.script(t, "linphone.sh", append(args, extras...)...)
	t.Cleanup(func() {
		if screen, err := os.ReadFile(filepath.Join(dir, "screen")); t.Failed() && err == nil {
			t.Logf("linphone:\n%s", screen)
		}
	})
	keys, err := os.OpenFile(filepath.Join(dir, "keys"), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keys.Close() })
	return &linphone{dir, keys, stop}
}

// command gives it a command, as over its keyboard.
func (l *linphone) command(t *testing.T, text string) {
	t.Helper()
	if _, err := fmt.Fprintln(l.keys, text); err != nil {
		t.Fatal(err)
	}
}

// heard ends linphone, so that its recording is complete.
func (l *linphone) heard(t *testing.T) recording {
	t.Helper()
	l.stop()
	return readWAV(t, filepath.Join(l.dir, "heard.wav"))
}

func callsLinphone(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.linphone(t)
	far.command(t, "autoanswer enable")
	near := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", "*18" + baresipUser, "--for", "4s"}})
	near.exits(exitDone)
	why := near.one("not_secured")
	return fmt.Sprintf("*18: %s %d; %s", why.Reason, why.Status, withLinphone(t, near, far))
}

func answersLinphone(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.linphone(t)
	near := s.phone(t, options{user: calleeUser, hz: callerHz, args: []string{"answer", "--count", "1", "--for", "4s"}})
	near.await("registered")
	far.command(t, "call sip:"+calleeUser+"@"+kamailioIP)
	near.exits(exitDone)
	return withLinphone(t, near, far)
}

// srtpLinphone: linphone offers SAVP with keys in SDP, over UDP.
func srtpLinphone(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.linphone(t, "srtp")
	near := s.phone(t, options{user: calleeUser, hz: callerHz,
		args: []string{"answer", "--count", "1", "--for", "4s", "--set", "secure.method=sdes"}})
	near.await("registered")
	far.command(t, "call sip:"+calleeUser+"@"+kamailioIP)
	near.exits(exitDone)
	if end := near.one("ended"); end.Secure != "secured" {
		t.Errorf("ended %v, want secured", end.Secure)
	}
	return near.one("secured").Transform + "; " + soundOf(t, near, far)
}

// heldByLinphone: it holds with sendonly and resumes with sendrecv.
func heldByLinphone(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.linphone(t)
	far.command(t, "autoanswer enable")
	near := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", baresipUser}})
	near.await("answered")
	speak(1500 * time.Millisecond)
	far.command(t, "pause")
	held := near.await("held")
	speak(1500 * time.Millisecond)
	far.command(t, "resume")
	resumed := near.await("resumed")
	speak(2 * time.Second)
	near.interrupt()
	near.exits(exitDone)
	return fmt.Sprintf("held for %d ms; then %s", resumed.Time.Sub(held.Time).Milliseconds(), soundOf(t, near, far))
}

func withLinphone(t *testing.T, near *phone, far *linphone) string {
	t.Helper()
	if end := near.one("ended"); end.Secure != "never" || end.Cause != "hangup" || end.Rx.Lost > 0 {
		t.Errorf("ended %+v", end)
	}
	return soundOf(t, near, far)
}

func soundOf(t *testing.T, near *phone, far *linphone) string {
	t.Helper()
	end := near.one("ended")
	return fmt.Sprintf("%s %d ms; star18 heard %s; linphone heard %s; %d packets in, %d late",
		near.one("answered").Codec, near.one("answered").Ptime,
		readWAV(t, near.file("heard.wav")).last(second).mustBe(t, baresipHz, baresipLevel),
		far.heard(t).last(second).mustBe(t, callerHz, star18Level),
		end.Rx.Packets, end.Rx.Late)
}
