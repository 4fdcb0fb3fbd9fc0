package rtpstream

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestChangeSSRCReturnsAfterTheFirstPacketWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, bob := call(t, nil)
		w := tap(n, aliceAddr)
		pass(time.Second)
		must(t, alice.ChangeSSRC(t.Context(), 0xf5e5))
		hs := w.headers(t)
		last, before := hs[len(hs)-1], hs[len(hs)-2]
		if last.ssrc != 0xf5e5 || before.ssrc != 0xa11ce || last.seq != before.seq+1 || last.time != before.time+160 {
			t.Errorf("on the wire %+v after %+v", last, before)
		}
		if alice.SSRC() != 0xf5e5 {
			t.Errorf("own SSRC %x", alice.SSRC())
		}
		bob.mustHear(aliceHz)
		if ssrc, _ := bob.RemoteSSRC(); ssrc != 0xf5e5 {
			t.Errorf("bob's peer has SSRC %x", ssrc)
		}
		secure(t, alice, bob)
		bob.mustHear(aliceHz)
	})
}

func TestChangeSSRCRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob := call(t, nil)
		pass(time.Second)
		must(t, alice.ChangeSSRC(t.Context(), 1))
		for ssrc, why := range map[uint32]string{0xa11ce: "ours before", 1: "ours now", 0xb0b: "the peer's"} {
			if err := alice.ChangeSSRC(t.Context(), ssrc); !errors.Is(err, ErrSSRCUsed) {
				t.Errorf("%s: %v", why, err)
			}
		}
		secure(t, alice, bob)
		if err := alice.ChangeSSRC(t.Context(), 2); !errors.Is(err, ErrProtected) {
			t.Errorf("protected: %v", err)
		}
	})
}

func TestChangeSSRCOnHoldIsDoneAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, _ := call(t, nil)
		alice.SetDirection(false, true)
		pass(time.Second)
		w := tap(n, aliceAddr)
		must(t, alice.ChangeSSRC(t.Context(), 0xf5e5))
		if len(w.all()) != 0 {
			t.Error("a packet left on hold")
		}
		alice.SetDirection(true, true)
		pass(time.Second)
		for _, h := range w.headers(t) {
			if h.ssrc != 0xf5e5 {
				t.Fatalf("sent with %x", h.ssrc)
			}
		}
	})
}

func TestChangeSSRCGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob := call(t, nil)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := alice.ChangeSSRC(ctx, 5); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		bob.phone.Close()
		pass(time.Second)
		if err := bob.ChangeSSRC(t.Context(), 6); !errors.Is(err, ErrClosed) {
			t.Errorf("nothing sends any more: %v", err)
		}
	})
}

// Both ends began with the same SSRC. The callee takes a fresh one; the caller
// goes on with the one that both had, and must be heard.
func TestEqualSSRCs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, caller, callee := call(t, func(who int, c *Config) { c.SSRC = 0x5a5a })
		callee.mustNotHear(aliceHz) // cannot be told from a reflection
		must(t, callee.ChangeSSRC(t.Context(), 0xca11ee))
		old := tap(n, bobAddr)
		secure(t, caller, callee)
		caller.mustHear(bobHz)
		callee.mustHear(aliceHz)

		clear := rtpPacket(0x5a5a, 1, sinePayload(t, forgeHz, 160, 0)) // as the callee once sent
		before := callee.Stats()
		n.Inject(aliceAddr, bobAddr, clear)
		n.Inject(aliceAddr, bobAddr, old.all()[len(old.all())-1].Data)
		pass(10 * time.Millisecond)
		after := callee.Stats()
		if after.Reflected-before.Reflected != 2 || after.ReceivedClear != before.ReceivedClear {
			t.Errorf("reflected %d of 2, clear packets %+v and %+v", after.Reflected-before.Reflected,
				before.ReceivedClear, after.ReceivedClear)
		}
		caller.mustHear(bobHz)
	})
}

// The keys and a change of SSRC may meet in one frame: the packet then has both.
func TestNoProtectedPacketWithTheOldSSRC(t *testing.T) {
	sink := &sinkConn{}
	s := stepStream(t, sink)
	s.send.frame(time.Now())
	if _, err := s.requestSSRC(0xf5e5); err != nil {
		t.Fatal(err)
	}
	must(t, s.ProtectSend(rfcKeys(t)))
	s.send.frame(time.Now())
	if h, _ := parsed(sink.last); h.ssrc != 0xf5e5 || len(sink.last) != protectedSize {
		t.Errorf("sent %d octets with SSRC %x", len(sink.last), h.ssrc)
	}
}

// The numbers of a new SSRC have nothing to do with those of the one before.
func TestNewSSRCIsANewStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := memnetWith(t)
		bob := w.bob(t, nil)
		w.mustPlay(bob, w.peer.clear)
		w.peer = newPeer(t, rfcKeys(t), peerSSRC+1, w.peer.seq-40)
		w.mustPlay(bob, w.peer.clear)
		if p := bob.Stats().Playout; p.Late+p.Duplicates+p.Discarded+p.Lost != 0 {
			t.Errorf("playout %+v", p)
		}
	})
}
