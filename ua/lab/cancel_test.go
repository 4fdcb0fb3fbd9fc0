package lab

import (
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

func (p *phone) cancel(uri string) {
	p.t.Helper()
	branch, seq := p.lastBranch(), p.seq
	p.send(p.write(message{method: "CANCEL", uri: uri, branch: branch, cseq: seq}))
	p.seq = seq
}

func TestCancelWhileRinging(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob, invite := w.call()
		bob.answer(invite, 180, "Ringing")
		alice.response(180)
		alice.cancel("sip:bob@test.lo")
		if res := alice.response(200); res.CSeq().MethodName != sip.CANCEL {
			t.Fatalf("%s", res)
		}
		c := bob.request("CANCEL")
		if c.Via().Value() != invite.Via().Value() || len(values(c, "Via")) != 1 || c.CSeq().SeqNo != invite.CSeq().SeqNo ||
			c.Recipient.String() != invite.Recipient.String() {
			t.Errorf("does not match its INVITE:\n%s", c)
		}
		alice.nothing(soon) // the 487 is bob's to send
		bob.answer(c, 200, "OK")
		bob.answer(invite, 487, "Request Terminated")
		bob.request("ACK")
		if res := alice.response(487); tagOf(res) != "bob-tag" {
			t.Errorf("not the callee's own: %s", res)
		}
	})
}

// No CANCEL goes on before the callee has shown that it has the INVITE (RFC 3261 9.1).
func TestCancelWaitsForTheCallee(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob, invite := w.call()
		alice.cancel("sip:bob@test.lo")
		alice.response(200)
		bob.nothing(soon)
		bob.answer(invite, 100, "Trying")
		bob.request("CANCEL")
	})
}

// A CANCEL that crosses the 200: the call stands, and the caller has to end it.
func TestCancelCrosses200(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob, invite := w.call()
		bob.answer(invite, 180, "Ringing")
		alice.response(180)
		bob.answer(invite, 200, "OK")
		alice.cancel("sip:bob@test.lo")
		if res := alice.response(200); res.CSeq().MethodName != sip.INVITE {
			t.Errorf("the callee's answer comes first: %s", res)
		}
		if res := alice.response(200); res.CSeq().MethodName != sip.CANCEL {
			t.Errorf("%s", res)
		}
		alice.send(alice.write(alice.inside("ACK", bob, "")))
		bob.request("ACK")
		bob.nothing(soon)
	})
}

// CANCEL right behind its INVITE finds it, whatever the scheduler does.
func TestCancelRightBehind(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice := w.phone("alice", 5071)
		for range 30 {
			alice.send(alice.write(message{method: "INVITE", uri: "sip:silent@test.lo"}))
			alice.cancel("sip:silent@test.lo")
			for range 2 { // in either order: 200 to the CANCEL, 407 to the INVITE
				if res, ok := alice.within(soon).(*sip.Response); !ok || res.StatusCode == 481 {
					t.Fatalf("got %v", res)
				}
			}
			alice.send(alice.write(message{method: "ACK", uri: "sip:silent@test.lo", branch: alice.lastBranch(), cseq: alice.seq}))
		}
	})
}

func TestCancelOfNothing(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice := w.phone("alice", 5071)
		alice.send(alice.write(message{method: "CANCEL", uri: "sip:bob@test.lo"}))
		alice.response(481)
	})
}

// Timers B and C of RFC 3261: nobody waits for ever, and the caller learns it.
func TestTheCalleeNeverAnswers(t *testing.T) {
	tests := []struct {
		name   string
		ring   bool
		cancel bool
		after  time.Duration
		status int
	}{
		{"no word at all", false, false, 32 * time.Second, 408},
		{"cancelled, no word at all", false, true, 32 * time.Second, 487},
		{"cancelled while ringing", true, true, 32 * time.Second, 487},
		{"rings for ever", true, false, 3*time.Minute + 32*time.Second, 487},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				alice, bob, invite := w.call()
				begin := time.Now()
				if tt.ring {
					bob.answer(invite, 180, "Ringing")
					alice.response(180)
				}
				if tt.cancel {
					alice.cancel("sip:bob@test.lo")
					alice.response(200)
				}
				res, ok := alice.within(10 * time.Minute).(*sip.Response)
				if !ok || res.StatusCode != tt.status {
					t.Fatalf("%v, want %d", res, tt.status)
				}
				if took := time.Since(begin); took < tt.after-time.Second || took > tt.after+time.Second {
					t.Errorf("after %v, want about %v", took, tt.after)
				}
			})
		})
	}
}

// Other requests get no 408: their sender has given up by then (RFC 4320).
func TestAnINFOWithoutAnswer(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob := w.established()
		alice.send(alice.write(alice.inside("INFO", bob, "x")))
		bob.request("INFO")
		bob.request2(t, "INFO", time.Second) // T1 later, by the lab's transaction
		alice.nothing(time.Minute)
	})
}

func (p *phone) request2(t *testing.T, method string, d time.Duration) {
	t.Helper()
	if req, ok := p.within(d).(*sip.Request); !ok || req.Method.String() != method {
		t.Fatalf("no repeated %s", method)
	}
}
