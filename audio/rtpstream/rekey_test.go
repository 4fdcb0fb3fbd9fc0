package rtpstream

import (
	"bytes"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// New keys arrive at one end a trip before the other and are not heard: the old
// key is still good. SSRC, sequence and time go on.
func TestRekey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob, taps := protectedCall(t, HMACSHA1_80, func(c *Config) { c.Seq = 65_400 })
		pass(settling)
		since := bob.phone.now()
		for n := byte(3); n < 13; n += 2 {
			a, b := protections(t, n, n+1, []Transform{HMACSHA1_32, HMACSHA1_80}[n/2%2])
			must(t, bob.Rekey(b)) // alice's new key is known before she uses it
			pass(70 * time.Millisecond)
			must(t, alice.Rekey(a))
			pass(time.Second)
			mustUse(t, alice, bob, a.Send.Transforms[0], b.Send.Transforms[0])
		}
		checkUnbroken(t, "bob hears", bob.phone.heard(since), aliceHz)
		alice.mustHear(bobHz)
		if s := bob.Stats(); s.Rejected() != 0 || bob.count(EventFirstAuthenticated) != 1 {
			t.Errorf("statistics %+v", s)
		}
		for _, w := range taps {
			hs := w.headers(t)
			for i := range hs[1:] {
				if hs[i+1].seq != hs[i].seq+1 || hs[i+1].ssrc != hs[0].ssrc || hs[i+1].time != hs[i].time+160 {
					t.Fatalf("packet %d does not continue the stream", i+1)
				}
			}
		}
	})
}

// The old key is good for two seconds, whether or not the new one is heard.
func TestOldKeyEnds(t *testing.T) {
	for _, heard := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := memnetWith(t)
			_, p := protections(t, 1, 2, HMACSHA1_80)
			_, q := protections(t, 3, 4, HMACSHA1_80)
			bob := w.bob(t, func(c *Config) { c.Protection = &p })
			old, next := newPeer(t, p.Receive, peerSSRC, 100), newPeer(t, q.Receive, peerSSRC, 5000)
			w.speak(forgeHz, 100*time.Millisecond, old.protected)
			must(t, bob.Rekey(q))
			if heard {
				w.speak(forgeHz, 20*time.Millisecond, next.protected)
			}
			before := bob.Stats().ReceivedProtected.Packets
			w.speak(forgeHz, 3*time.Second, old.protected)
			want := uint64(100)
			if heard {
				want--
			}
			if got := bob.Stats().ReceivedProtected.Packets - before; got != want {
				t.Errorf("%d packets under the old key, want %d", got, want)
			}
			w.mustPlay(bob, next.protected)
		})
	}
}

// The sender keeps its rollover counter under a new key, and takes a peer that
// does and one that begins again.
func TestRolloverCounterUnderANewKey(t *testing.T) {
	for _, resets := range []bool{false, true} {
		_, p := protections(t, 1, 2, HMACSHA1_80)
		_, q := protections(t, 3, 4, HMACSHA1_32)
		s := protectedStep(t, p)
		s.send.frame(time.Now()) // takes the keys
		s.send.index = 3<<16 | 40_000
		old := newByHand(t, p.Receive, HMACSHA1_80)
		for i := range 5 << 1 {
			packet := rtpPacket(peerSSRC, uint16(i*30_000), []byte("speech"))
			s.receive.handle(old.seal(t, packet), bobAddr, time.Now())
		}
		if got := s.receive.highest.top >> 16; got != 4 {
			t.Fatalf("the peer's rollover counter is %d", got) // 9·30,000 is 4·2^16 + 7,856
		}
		must(t, s.Rekey(q))
		s.send.frame(time.Now())
		sent := s.socket().(*sinkConn).last
		if c := testCipher(t, q.Send, HMACSHA1_32); !c.authentic(sent, 3) || s.send.index != 3<<16|40_001 {
			t.Error("the rollover counter did not go on")
		}
		roc := uint32(4)
		if resets {
			roc = 0
		}
		next := newByHand(t, q.Receive, HMACSHA1_32)
		before := s.Stats().ReceivedProtected.Packets
		for seq := range uint16(10) {
			s.receive.handle(next.sealAt(t, rtpPacket(peerSSRC, 8000+seq, []byte("speech")), roc), bobAddr, time.Now())
		}
		if got := s.Stats().ReceivedProtected.Packets - before; got != 10 {
			t.Errorf("peer resets %v: %d of 10 packets authentic: %+v", resets, got, s.Stats())
		}
	}
}

// Keys that stay keep their state: a packet from before stays seen.
func TestRekeyOfOneDirection(t *testing.T) {
	_, p := protections(t, 1, 2, HMACSHA1_80)
	s := protectedStep(t, p)
	packet := newPeer(t, p.Receive, peerSSRC, 1).protected([]byte("speech"))
	take := func() { s.receive.handle(bytes.Clone(packet), bobAddr, time.Now()) }
	if !s.guard.Load().in(secured) {
		t.Error("there is a window for clear packets")
	}
	take()
	guard, keys := s.guard.Load(), s.sendKeys.Load()
	must(t, s.Rekey(p))
	if s.guard.Load() != guard || s.sendKeys.Load() != keys {
		t.Error("the same keys were taken for others")
	}
	p.Send = numbered(t, 9, HMACSHA1_80)
	must(t, s.Rekey(p))
	if s.guard.Load() != guard || s.sendKeys.Load() == keys {
		t.Error("not the one direction was changed")
	}
	p.Receive = numbered(t, 8, HMACSHA1_80)
	must(t, s.Rekey(p))
	if !s.guard.Load().in(secured) {
		t.Error("there is a window for clear packets after new keys")
	}
	take()
	if st := s.Stats(); st.ReceivedProtected.Packets != 1 || st.Replayed != 1 {
		t.Errorf("a packet of before, again: %+v", st)
	}
}

func TestKeysDoNotComeBack(t *testing.T) {
	_, p := protections(t, 1, 2, HMACSHA1_80)
	_, q := protections(t, 3, 4, HMACSHA1_80)
	s := protectedStep(t, p)
	must(t, s.Rekey(q))
	back := q
	back.Receive = p.Receive
	crossed := q
	crossed.Receive = p.Send
	for name, p := range map[string]Protection{"both": p, "the peer's": back, "our old one as the peer's": crossed} {
		if err := s.Rekey(p); !errors.Is(err, ErrKeyUsed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The one key of a stream that began in clear is never changed.
func TestRekeyIsRefusedAfterAHandshake(t *testing.T) {
	s := stepStream(t, &sinkConn{})
	_, p := protections(t, 1, 2, HMACSHA1_80)
	if err := s.Rekey(p); !errors.Is(err, ErrFixedKeys) {
		t.Errorf("in clear: %v", err)
	}
	must(t, s.ProtectSend(rfcKeys(t)))
	if err := s.Rekey(p); !errors.Is(err, ErrFixedKeys) {
		t.Errorf("secured: %v", err)
	}
}
