//go:build interop && linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// keysFromSIPp: the events that SIPp has recorded of another telephone.
func keysFromSIPp(t *testing.T, s *site) string {
	s.kamailio(t)
	near := s.phone(t, options{user: calleeUser, hz: calleeHz, args: []string{"answer", "--count", "1"}})
	near.await("registered")
	far := s.sipp(t, "uac-keys.xml", "-s", calleeUser)
	far.done()
	near.exits(exitDone)
	if got := near.keys(t, "rfc4733"); got != "125*0#" {
		t.Errorf("told %q, want 125*0#", got)
	}
	return "125*0# of SIPp's recordings told once each"
}

// keys are the digits that were told, all by one method.
func (p *phone) keys(t *testing.T, method string) (digits string) {
	t.Helper()
	for _, ev := range p.seen {
		if ev.Event == "dtmf" {
			digits += ev.Digit
			if ev.Method != method {
				t.Errorf("%s by %s, want %s", ev.Digit, ev.Method, method)
			}
		}
	}
	return digits
}

// keysOfBaresip: keys in both directions at once, and the reports of RTCP, of
// which baresip sends one every five seconds.
func keysOfBaresip(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.baresip(t, "answermode=auto")
	near := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", baresipUser, "--dtmf", "1408*#A", "--stats", "--for", "17s"}})
	near.await("answered")
	speak(2500 * time.Millisecond)
	for _, key := range []string{"7", "7", "9", "#"} {
		far.command(t, "sndcode", key)
		speak(200 * time.Millisecond)
		far.command(t, "sndcode")
		speak(200 * time.Millisecond)
	}
	near.exits(exitDone)
	if got := near.keys(t, "rfc4733"); got != "779#" {
		t.Errorf("baresip pressed 779#, told %q", got)
	}
	pressed := far.pressed(t)
	if pressed != "1408*#A" {
		t.Errorf("baresip was told %q, want 1408*#A", pressed)
	}
	end := near.one("ended")
	if end.Tx.RTTMS <= 0 || end.Tx.RTTMS > 100 || end.MOS < 4 || end.Rx.Lost > 0 {
		t.Errorf("round trip %v ms, MOS %v, %d lost", end.Tx.RTTMS, end.MOS, end.Rx.Lost)
	}
	return fmt.Sprintf("779# in, %s out; round trip %.2f ms, MOS %.2f; %s", pressed, end.Tx.RTTMS, end.MOS,
		far.heard(t).last(second).mustBe(t, callerHz, star18Level))
}

var pressedLine = regexp.MustCompile(`(?i)received (?:in-band )?(?:DTMF|event)[^'"]*['"]?([0-9A-D*#])['"]? ?\(end=0\)`)

// pressed are the keys that baresip's log names, each once.
func (b *baresip) pressed(t *testing.T) (keys string) {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(b.dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range pressedLine.FindAllStringSubmatch(string(log), -1) {
		keys += strings.ToUpper(m[1])
	}
	return keys
}
