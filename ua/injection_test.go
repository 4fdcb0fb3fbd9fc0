package ua

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"star18/audio/rtpstream/memnet"
)

// mark is what an attacker wants on a line of its own.
const mark = "X-Injected"

// watchMark reports every SIP message in which mark begins a line.
func (r *rig) watchMark() {
	var once sync.Once
	r.net.Tap(func(p memnet.Packet) {
		if p.To.Port() < 10000 && bytes.Contains(p.Data, []byte("\n"+mark)) {
			once.Do(func() { r.t.Errorf("a header field was injected:\n%s", p.Data) })
		}
	})
}

// A dialled string cannot end its line, nor its URI (RFC 3261 25.1, user and host).
func TestNothingInjectedByDialling(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.watchMark()
		for _, number := range []string{
			"1\r\n" + mark + ": 1", "1\n" + mark + ": 1", "1\r" + mark, "1 SIP/2.0", "1>", "1;x=y", "1?" + mark + "=1",
			"1@evil.example", "1\x00", "1\u2028", `1"`, "", strings.Repeat("1", 129),
		} {
			if c, err := r.caller.Dial(t.Context(), Target{Number: number}); !errors.Is(err, ErrBadTarget) {
				t.Errorf("number %q: %v %v", number, c, err)
			}
		}
		for _, host := range []string{"h\r\n" + mark + ": 1", "h h", "h;lr", "h>", "h?" + mark + "=1", "h,h2", "\x00", strings.Repeat("h", 300)} {
			if c, err := r.caller.Dial(t.Context(), Target{Number: "1", Host: host}); !errors.Is(err, ErrBadTarget) {
				t.Errorf("host %q: %v %v", host, c, err)
			}
		}
		r.close()
	})
}

// A display name cannot end its quotes or its line, on the way out or on the
// screen of who is called.
func TestNothingInjectedByNames(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(caller, _ *Config) {
			caller.DisplayName = "Joe\" <sip:evil@evil>\r\n" + mark + ": 1\r\n\x1b[31m\\"
		})
		r.watchMark()
		r.dial(false)
		time.Sleep(time.Second)
		if from := must[Incoming](r.callee); strings.ContainsAny(from.FromName, "\r\n\x1b") || from.FromNumber != callerUser {
			t.Errorf("shown as %q %q", from.FromName, from.FromNumber)
		}
		r.close()
	})
}

// What a stranger writes comes back in no line of its own, and no terminal obeys
// it: names, reasons, types of bodies.
func TestNothingInjectedFromTheNetwork(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.watchMark()
		for i, change := range []struct{ old, new string }{
			{"From: <", "From: \"A\x1b]0;evil\x07\\\r\" <"},
			{"From: <", "From: \"A\u202e\u0085b\" <"},
			{"application/sdp", "text/plain\r" + mark + ": 1"},
			{"sip:c@192.0.2.77", "sip:c%0d%0a" + mark + ":1@192.0.2.77"},
			{"Max-Forwards: 70", "Subject: a\n" + mark + ": 1"},
			{"Max-Forwards: 70", "Require: a\x0b" + mark + ", b"},
		} {
			raw := strings.Replace(strangeInvite, change.old, change.new, 1)
			raw = strings.ReplaceAll(raw, "c1", "c"+string(rune('a'+i)))
			r.net.Inject(passerBy, r.callee.addr, []byte(raw))
			time.Sleep(time.Second)
			r.hangupAll()
			time.Sleep(time.Second)
		}
		r.callee.mu.Lock()
		for _, ev := range r.callee.events {
			if in, ok := ev.(Incoming); ok && strings.ContainsAny(in.FromName+in.FromNumber, "\r\n\x1b\x07\u202e\u0085") {
				t.Errorf("shown as %q %q", in.FromName, in.FromNumber)
			}
		}
		r.callee.mu.Unlock()
		r.close()
	})
}

const strangeInvite = "INVITE sip:14085551234@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.77:5060;branch=z9hG4bKc1\r\nMax-Forwards: 70\r\n" +
	"From: <sip:x@example.com>;tag=c1\r\nTo: <sip:14085551234@example.test>\r\nCall-ID: c1@x\r\nCSeq: 1 INVITE\r\n" +
	"Contact: <sip:c@192.0.2.77>\r\nContent-Type: application/sdp\r\nContent-Length: 0\r\n\r\n"
