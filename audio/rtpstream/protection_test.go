package rtpstream

import (
	"bytes"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// numbered is a key like no other one.
func numbered(t testing.TB, n byte, name Transform) Keys {
	k := listing(t, 0, name)
	k.Master[0] ^= n
	return k
}

// protections are the two ends' views of a pair of keys.
func protections(t testing.TB, a, b byte, name Transform) (alices, bobs Protection) {
	alice, bob := numbered(t, a, name), numbered(t, b, name)
	return Protection{Send: alice, Receive: bob}, Protection{Send: bob, Receive: alice}
}

// protectedCall is a call that begins with keys.
func protectedCall(t *testing.T, name Transform, change func(*Config)) (n *wire, alice, bob *end, taps []*wiretap) {
	a, b := protections(t, 1, 2, name)
	net, alice, bob := call(t, func(who int, c *Config) {
		c.Protection = []*Protection{&a, &b}[who]
		if change != nil {
			change(c)
		}
	})
	return &wire{t: t, net: net}, alice, bob, []*wiretap{tap(net, aliceAddr), tap(net, bobAddr)}
}

func TestProtectedFromTheFirstPacket(t *testing.T) {
	for _, name := range Transforms() {
		t.Run(name.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, alice, bob, taps := protectedCall(t, name, nil)
				alice.mustHear(bobHz)
				bob.mustHear(aliceHz)
				mustUse(t, alice, bob, name, name)
				for _, e := range []*end{alice, bob} {
					if s := e.Stats(); e.count(EventFirstAuthenticated) != 1 || s.SentClear.Packets+s.ReceivedClear.Packets+s.Rejected() != 0 {
						t.Errorf("%d first packets, %+v", e.count(EventFirstAuthenticated), s)
					}
				}
				for _, w := range taps {
					for i, p := range w.all() {
						if len(p.Data) != clearSize+tags[name].size {
							t.Fatalf("packet %d has %d octets", i, len(p.Data))
						}
					}
				}
			})
		})
	}
}

// Nothing clear, nothing under another key, and no way to clear.
func TestProtectedPlaysNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := memnetWith(t)
		_, p := protections(t, 1, 2, HMACSHA1_80)
		bob := w.bob(t, func(c *Config) { c.Protection = &p })
		w.mustNotPlay(bob, w.peer.clear)
		bob.DisarmReceive()
		bob.LimitClear(time.Hour)
		w.mustNotPlay(bob, w.peer.clear)
		w.mustNotPlay(bob, w.peer.protected) // under rfcKeys
		w.peer = newPeer(t, p.Send, peerSSRC, 1000)
		w.mustNotPlay(bob, w.peer.protected) // our own key, sent back
		w.peer = newPeer(t, p.Receive, peerSSRC, 1000)
		w.mustPlay(bob, w.peer.protected)
		w.mustNotPlay(bob, w.peer.clear)
		for name, err := range map[string]error{
			"arm": bob.ArmReceive(rfcKeys(t)), "protect": bob.ProtectSend(rfcKeys(t)),
		} {
			if !errors.Is(err, ErrOtherKeys) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := bob.ChangeSSRC(t.Context(), 5); !errors.Is(err, ErrProtected) {
			t.Errorf("change of SSRC: %v", err)
		}
	})
}

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
		sent := s.conn.(*sinkConn).last
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

func protectedStep(t testing.TB, p Protection) *Stream {
	t.Helper()
	c := testConfig(t, &sinkConn{}, newTelephone(aliceHz))
	c.Remote, c.SSRC, c.Protection = bobAddr, ourSSRC, &p
	s, err := New(c)
	must(t, err)
	return s
}

// Keys that stay keep their state: a packet from before stays seen.
func TestRekeyOfOneDirection(t *testing.T) {
	_, p := protections(t, 1, 2, HMACSHA1_80)
	s := protectedStep(t, p)
	packet := newPeer(t, p.Receive, peerSSRC, 1).protected([]byte("speech"))
	take := func() { s.receive.handle(bytes.Clone(packet), bobAddr, time.Now()) }
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
	take()
	if st := s.Stats(); st.ReceivedProtected.Packets != 1 || st.Replayed != 1 {
		t.Errorf("a packet of before, again: %+v", st)
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	good := func() Protection {
		_, p := protections(t, 1, 2, HMACSHA1_80)
		return p
	}
	for name, c := range map[string]struct {
		spoil func(p *Protection)
		want  error
	}{
		"two transforms":                {func(p *Protection) { p.Send.Transforms = Transforms() }, ErrTransforms},
		"no transform":                  {func(p *Protection) { p.Receive.Transforms = nil }, ErrTransforms},
		"no tag":                        {func(p *Protection) { p.Receive.Transforms = []Transform{None} }, ErrTransforms},
		"unknown transform":             {func(p *Protection) { p.Receive.Transforms = []Transform{"rot13"} }, ErrUnknownTransform},
		"a role":                        {func(p *Protection) { p.Send.Role = Caller }, ErrTransforms},
		"one key for both":              {func(p *Protection) { p.Send = p.Receive }, ErrKeyUsed},
		"one key for both, other suite": {func(p *Protection) { p.Send = p.Receive; p.Send.Transforms = []Transform{HMACSHA1_32} }, ErrKeyUsed},
	} {
		p := good()
		c.spoil(&p)
		config := testConfig(t, &sinkConn{}, newTelephone(aliceHz))
		config.Protection = &p
		if _, err := New(config); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		s := protectedStep(t, Protection{Send: numbered(t, 5, HMACSHA1_80), Receive: numbered(t, 6, HMACSHA1_80)})
		guard, keys := s.guard.Load(), s.sendKeys.Load()
		if err := s.Rekey(p); !errors.Is(err, c.want) {
			t.Errorf("%s in a call: %v, want %v", name, err, c.want)
		}
		if s.guard.Load() != guard || s.sendKeys.Load() != keys {
			t.Errorf("%s: half taken", name)
		}
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
