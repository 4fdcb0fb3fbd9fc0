package lab

import (
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

func TestDropRequests(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice := w.phone("alice", 5071)
		w.lab.DropRequests("OPTIONS", 2)
		text := alice.write(message{method: "OPTIONS", uri: "sip:test.lo"})
		for range 2 {
			alice.send(text)
			alice.nothing(soon)
		}
		alice.send(text)
		alice.response(200)
		if got := w.ladder(); strings.Count(got, " LOST") != 2 {
			t.Errorf("not told:\n%s", got)
		}
	})
}

// A lost 200 to an INFO: the caller repeats, the callee is not asked again.
func TestDropResponses(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob := w.established()
		w.lab.DropResponses("INFO", 1)
		text := alice.write(alice.inside("INFO", bob, "x"))
		alice.send(text)
		bob.answer(bob.request("INFO"), 200, "OK")
		alice.nothing(soon)
		alice.send(text)
		alice.response(200)
		bob.nothing(soon)
	})
}

func TestRefuse(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob := w.established()
		w.lab.Refuse("INFO", 501, 1)
		alice.send(alice.write(alice.inside("INFO", bob, "x")))
		alice.response(501)
		bob.nothing(soon)
		alice.send(alice.write(alice.inside("INFO", bob, "x")))
		bob.request("INFO")
	})
}

// What sipgo's users meet by chance is to be had on purpose: INFO before ACK.
func TestHoldACK(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob, invite := w.call()
		w.lab.HoldACK(300 * time.Millisecond)
		bob.answer(invite, 200, "OK")
		alice.response(200)
		alice.send(alice.write(alice.inside("ACK", bob, "")))
		alice.send(alice.write(alice.inside("INFO", bob, "x")))
		bob.answer(bob.request("INFO"), 200, "OK")
		alice.response(200)
		if req, ok := bob.within(time.Second).(*sip.Request); !ok || !req.IsAck() {
			t.Errorf("the ACK never came: %v", req)
		}
	})
}

// A held ACK outlives nothing.
func TestHoldACKAtClose(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob, invite := w.call()
		w.lab.HoldACK(time.Hour)
		bob.answer(invite, 200, "OK")
		alice.response(200)
		alice.send(alice.write(alice.inside("ACK", bob, "")))
		bob.nothing(soon)
		if err := w.lab.Close(); err != nil {
			t.Error(err)
		}
		bob.nothing(2 * time.Hour)
	})
}
