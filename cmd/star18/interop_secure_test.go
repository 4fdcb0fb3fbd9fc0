//go:build interop && linux

package main

import (
	"bytes"
	"fmt"
	"testing"
)

// securedThroughKamailio: two lines, the second stage through somebody else's
// proxy, speech and tone at both ends.
func securedThroughKamailio(t *testing.T, s *site, algorithm string) string {
	s.kamailio(t, algorithm)
	figures, _, _ := securedThere(t, s, algorithm)
	return figures
}

// securedThroughRelay: all media go through rtpengine, which forwards a packet of
// RTP/AVP whatever is in it.
func securedThroughRelay(t *testing.T, s *site) string {
	s.kamailio(t, "MD5", "600", "", "relay")
	figures, caller, callee := securedThere(t, s, "MD5")
	for _, p := range []*phone{caller, callee} {
		if !bytes.Contains(p.captured(), []byte("m=audio 40")) {
			t.Error("not told to send to a port of the relay")
		}
	}
	return figures
}

// securedThere is that call through the registrar that is running.
func securedThere(t *testing.T, s *site, algorithm string) (figures string, caller, callee *phone) {
	callee = s.phone(t, options{user: calleeUser, hz: calleeHz, args: []string{"answer", "--count", "1"}})
	callee.await("registered")
	caller = s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", "*18" + calleeUser, "--for", "4s"}})
	caller.exits(exitDone)
	callee.exits(exitDone)

	// The CA's key is published: nobody is proven, as the manual has it printed.
	atCaller := mustBeSecured(t, caller, "$Joe Smith", calleeUser)
	atCallee := mustBeSecured(t, callee, "$Anna Caller", callerUser)
	for _, p := range []*phone{caller, callee} {
		if !bytes.Contains(p.captured(), []byte("algorithm="+algorithm)) {
			t.Errorf("no digest by %s", algorithm)
		}
	}
	return fmt.Sprintf("secured after %d/%d ms; caller heard %s; callee heard %s", atCaller.MS, atCallee.MS,
		speechAndBeep(t, caller, calleeHz), speechAndBeep(t, callee, callerHz)), caller, callee
}

// speechAndBeep measures what this end heard: the other's tone at the end, and
// the double beep when the secure tone has it, 2 s after it began.
func speechAndBeep(t *testing.T, p *phone, hz float64) string {
	t.Helper()
	heard := readWAV(t, p.file("heard.wav"))
	// In the first second it may have rung.
	speech, beep := heard.last(second).mustBe(t, hz, star18Level), 1000+heard.cut(second, heard.length()).mustBeep(t)
	want := 2000 + int(p.tone("secure").Time.Sub(p.one("answered").Time).Milliseconds())
	if off := beep - want; max(off, -off) > 100 {
		t.Errorf("beep at %d ms of the recording, want %d", beep, want)
	}
	return fmt.Sprintf("%s, beep at %d ms", speech, beep)
}

// mustBeSecured asserts what this end was told, from the start to the end.
func mustBeSecured(t *testing.T, p *phone, name, number string) event {
	t.Helper()
	ev := p.one("secured")
	if ev.Name != name || ev.Number != number || ev.Proven || !ev.PublishedCA {
		t.Errorf("secured with %q %q, proven %v, published CA %v; want %q %q, not proven, published",
			ev.Name, ev.Number, ev.Proven, ev.PublishedCA, name, number)
	}
	p.tone("secure")
	end := p.one("ended")
	if end.Secure != "secured" || end.Cause != "hangup" {
		t.Errorf("ended %v by %s, want secured by hangup", end.Secure, end.Cause)
	}
	if clear := end.Tx.Packets - end.Tx.Protected; end.Tx.Protected < 100 || clear > 25 {
		t.Errorf("sent %d in clear and %d protected; want a few and then all", clear, end.Tx.Protected)
	}
	if end.Rx.Packets < 100 || end.Rx.Rejected > 5 {
		t.Errorf("received %+v", end.Rx)
	}
	return ev
}
