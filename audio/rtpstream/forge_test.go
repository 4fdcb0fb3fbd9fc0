package rtpstream

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio/rtpstream/memnet"
)

// wire is bob's stream with a peer that the test plays packet by packet.
type wire struct {
	t    *testing.T
	net  *memnet.Network
	peer *peer
	n    int // packets of tone so far
}

func memnetWith(t *testing.T) *wire {
	return &wire{t: t, net: memnet.New(), peer: newPeer(t, rfcKeys(t), peerSSRC, 100)}
}

// bob is a started stream whose SDP peer is alice's address.
func (w *wire) bob(t *testing.T, change func(c *Config)) *end {
	t.Helper()
	bob := newEnd(t, w.net, bobAddr, bobHz, func(c *Config) {
		c.Remote, c.SSRC = aliceAddr, 0xb0b
		if change != nil {
			change(c)
		}
	})
	bob.Start()
	return bob
}

// speak sends a tone for d, one packet each 20 ms, made by make.
func (w *wire) speak(hz float64, d time.Duration, make func(payload []byte) []byte) {
	for range d / (20 * time.Millisecond) {
		w.net.Inject(aliceAddr, bobAddr, make(sinePayload(w.t, hz, 160, w.n)))
		w.n++
		time.Sleep(20 * time.Millisecond)
	}
	synctest.Wait()
}

// levelWhile measures a frequency while the peer speaks.
func (w *wire) levelWhile(bob *end, hz float64, make func(payload []byte) []byte) float64 {
	done := time.AfterFunc(0, func() { w.speak(hz, time.Second, make) })
	defer done.Stop()
	level := bob.hears(hz, 500*time.Millisecond)
	pass(300 * time.Millisecond)
	return level
}

func (w *wire) mustPlay(bob *end, make func(payload []byte) []byte) {
	w.t.Helper()
	if level := w.levelWhile(bob, forgeHz, make); level < toneDBm0-1 {
		w.t.Errorf("played at %.1f dBm0, want %.1f", level, toneDBm0)
	}
}

func (w *wire) mustNotPlay(bob *end, make func(payload []byte) []byte) {
	w.t.Helper()
	if level := w.levelWhile(bob, forgeHz, make); level > -60 {
		w.t.Errorf("played at %.1f dBm0, want silence", level)
	}
}

func TestPacketsBeforeKeys(t *testing.T) {
	for _, c := range []struct {
		name   string
		packet func(p *peer, payload []byte) []byte
		played bool
		count  func(Stats) uint64 // where the packets are counted
	}{
		{"speech", func(p *peer, b []byte) []byte { return p.clear(b) }, true,
			func(s Stats) uint64 { return s.ReceivedClear.Packets }},
		{"speech with padding", func(p *peer, b []byte) []byte {
			b = append(p.clear(b), 0, 0, 3)
			b[0] |= 0x20
			return b
		}, true, func(s Stats) uint64 { return s.ReceivedClear.Packets }},
		{"speech after an extension", func(p *peer, b []byte) []byte {
			b = append(append(p.clear(nil), 0xbe, 0xde, 0, 1, 0x10, 1, 0, 0), b...)
			b[0] |= 0x10
			return b
		}, true, func(s Stats) uint64 { return s.ReceivedClear.Packets }},
		{"padding longer than the packet", func(p *peer, b []byte) []byte {
			b = append(p.clear(b), 255)
			b[0] |= 0x20
			return b
		}, false, func(s Stats) uint64 { return s.Malformed }},
		{"version 1", func(p *peer, b []byte) []byte {
			b = p.clear(b)
			b[0] = 0x40
			return b
		}, false, func(s Stats) uint64 { return s.Malformed }},
		{"telephone event type", func(p *peer, b []byte) []byte {
			b = p.clear(b)
			b[1] = 101
			return b
		}, false, func(s Stats) uint64 { return s.OtherPayload }},
		{"our own SSRC", func(p *peer, b []byte) []byte {
			p.ssrc = 0xb0b
			return p.clear(b)
		}, false, func(s Stats) uint64 { return s.Reflected }},
		{"longer than any frame", func(p *peer, b []byte) []byte {
			return append(p.clear(b), make([]byte, maxPayload)...)
		}, false, func(s Stats) uint64 { return s.Malformed }},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := memnetWith(t)
				bob := w.bob(t, nil)
				send := func(b []byte) []byte { return c.packet(w.peer, b) }
				if c.played {
					w.mustPlay(bob, send)
				} else {
					w.mustNotPlay(bob, send)
				}
				if got := c.count(bob.Stats()); got != 50 {
					t.Errorf("%d counted, want 50: %+v", got, bob.Stats())
				}
			})
		})
	}
}

// In the window a forger can be heard only if it looks like the clear stream.
func TestForgedPacketsInTheWindow(t *testing.T) {
	for _, c := range []struct {
		name   string
		forge  func(p *peer, payload []byte) []byte
		played bool
	}{
		{"like the clear stream", func(p *peer, b []byte) []byte { return p.clear(b) }, true},
		{"another SSRC", func(p *peer, b []byte) []byte {
			p.ssrc = 77
			return p.clear(b)
		}, false},
		{"another length", func(p *peer, b []byte) []byte { return p.clear(append(b, b[:80]...)) }, false},
		{"length of a protected packet", func(p *peer, b []byte) []byte { return p.clear(append(b, b[:10]...)) }, false},
		{"another payload type", func(p *peer, b []byte) []byte {
			b = p.clear(b)
			b[1] = 8
			return b
		}, false},
		{"under another key", func(p *peer, b []byte) []byte { return p.protected(b) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := memnetWith(t)
				bob := w.bob(t, nil)
				w.speak(forgeHz, 200*time.Millisecond, w.peer.clear)
				k := rfcKeys(t)
				k.Master[0]++ // the peer's own keys are the other ones
				must(t, bob.ArmReceive(k))
				forge := func(b []byte) []byte { return c.forge(w.peer, b) }
				if c.played {
					w.mustPlay(bob, forge)
				} else {
					w.mustNotPlay(bob, forge)
					if got := bob.Stats().AuthFailed; got != 50 {
						t.Errorf("%d failed to authenticate, want 50", got)
					}
				}
				if bob.count(EventFirstAuthenticated) != 0 {
					t.Error("a forged packet counts as authentic")
				}
			})
		})
	}
}

// Nothing was in clear before the keys: then there is nothing to continue.
func TestWindowWithoutAClearStreamPlaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := memnetWith(t)
		bob := w.bob(t, nil)
		must(t, bob.ArmReceive(rfcKeys(t)))
		w.mustNotPlay(bob, w.peer.clear)
	})
}

func TestClearIsNeverPlayedAfterTheFirstAuthenticPacket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := memnetWith(t)
		bob := w.bob(t, nil)
		w.mustPlay(bob, w.peer.clear) // it can be heard at all
		must(t, bob.ArmReceive(rfcKeys(t)))
		w.mustPlay(bob, w.peer.clear)     // the window
		w.mustPlay(bob, w.peer.protected) // ends here
		w.mustNotPlay(bob, w.peer.clear)
		s := bob.Stats()
		if s.ClearRefused != 50 || s.ReceivedClear.Packets != 100 || s.ReceivedProtected.Packets != 50 {
			t.Errorf("statistics %+v", s)
		}
		if !s.LastRefused.After(s.LastAuthenticated) {
			t.Errorf("last authentic %v, last refused %v", s.LastAuthenticated, s.LastRefused)
		}
		w.mustPlay(bob, w.peer.protected)
		if got := bob.count(EventFirstAuthenticated); got != 1 {
			t.Errorf("first authentic packet reported %d times", got)
		}
	})
}

func TestWindowEnds(t *testing.T) {
	for _, limit := range []time.Duration{0, 500 * time.Millisecond, 2 * time.Second} {
		t.Run(limit.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := memnetWith(t)
				bob := w.bob(t, nil)
				w.speak(forgeHz, 200*time.Millisecond, w.peer.clear)
				must(t, bob.ArmReceive(rfcKeys(t)))
				w.speak(forgeHz, 5*time.Second, w.peer.clear) // no limit before the 2xx
				if r := bob.Stats().ClearRefused; r != 0 {
					t.Errorf("%d refused before the limit", r)
				}
				bob.LimitClear(limit)
				bob.LimitClear(time.Minute) // cannot be extended
				before := bob.Stats().ReceivedClear.Packets
				w.speak(forgeHz, 4*time.Second, w.peer.clear)
				if got, want := bob.Stats().ReceivedClear.Packets-before, uint64(limit/(20*time.Millisecond)); got != want {
					t.Errorf("%d clear packets played after the 2xx, want %d", got, want)
				}
				w.mustNotPlay(bob, w.peer.clear)
				w.mustPlay(bob, w.peer.protected) // the switch itself may come later
			})
		})
	}
}

func TestDisarmGoesBackToClear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := memnetWith(t)
		bob := w.bob(t, nil)
		w.speak(forgeHz, 200*time.Millisecond, w.peer.clear)
		must(t, bob.ArmReceive(rfcKeys(t)))
		bob.LimitClear(100 * time.Millisecond)
		pass(time.Second)
		w.mustNotPlay(bob, w.peer.clear)
		bob.DisarmReceive()
		w.mustPlay(bob, w.peer.clear)
		other := func(b []byte) []byte { return w.peer.clear(b[:80]) }
		w.speak(forgeHz, 100*time.Millisecond, other) // no rules of the window any more
		if s := bob.Stats(); s.AuthFailed != 0 || s.ClearRefused != 50 {
			t.Errorf("statistics %+v", s)
		}
	})
}

func TestDisarmIsRefusedOnceProtected(t *testing.T) {
	t.Run("we send protected", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := memnetWith(t)
			bob := w.bob(t, nil)
			w.speak(forgeHz, 200*time.Millisecond, w.peer.clear)
			must(t, bob.ProtectSend(rfcKeys(t)))
			bob.LimitClear(0)
			bob.DisarmReceive()
			w.mustNotPlay(bob, w.peer.clear)
		})
	})
	t.Run("the peer has the keys", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := memnetWith(t)
			bob := w.bob(t, nil)
			must(t, bob.ArmReceive(rfcKeys(t)))
			w.speak(forgeHz, 20*time.Millisecond, w.peer.protected)
			bob.DisarmReceive()
			w.mustNotPlay(bob, w.peer.clear)
			w.mustPlay(bob, w.peer.protected)
		})
	})
}

func TestReplayedPackets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := memnetWith(t)
		bob := w.bob(t, nil)
		must(t, bob.ArmReceive(rfcKeys(t)))
		var recorded [][]byte
		w.mustPlay(bob, func(b []byte) []byte {
			packet := w.peer.protected(b)
			recorded = append(recorded, bytes.Clone(packet))
			return packet
		})
		next := 0
		w.mustNotPlay(bob, func([]byte) []byte {
			next++
			return recorded[next-1]
		})
		if s := bob.Stats(); s.Replayed != 50 || s.ReceivedProtected.Packets != 50 {
			t.Errorf("statistics %+v", s)
		}
	})
}

// Our own packets would authenticate: one key serves both directions.
func TestReflectedPackets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := memnetWith(t)
		bob := w.bob(t, nil)
		reflect := true
		w.net.Tap(func(p memnet.Packet) {
			if p.From == bobAddr && reflect {
				w.net.Inject(aliceAddr, bobAddr, p.Data)
			}
		})
		bob.mustNotHear(bobHz) // in clear it would be an echo
		w.speak(forgeHz, 100*time.Millisecond, w.peer.clear)
		must(t, bob.ProtectSend(rfcKeys(t)))
		bob.mustNotHear(bobHz)
		s := bob.Stats()
		if bob.count(EventFirstAuthenticated) != 0 || s.ReceivedProtected.Packets != 0 || s.AuthFailed != 0 {
			t.Errorf("reflected packets were tried: %+v", s)
		}
		if sent := s.SentClear.Packets + s.SentProtected.Packets; s.Reflected != sent {
			t.Errorf("%d of %d reflected packets dropped", s.Reflected, sent)
		}
		if ssrc, _ := bob.RemoteSSRC(); ssrc != peerSSRC {
			t.Errorf("the peer's SSRC is %x", ssrc)
		}
		reflect = false
	})
}

func TestOnlyAuthenticSSRCsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := memnetWith(t)
		bob := w.bob(t, nil)
		k := rfcKeys(t)
		must(t, bob.ArmReceive(k))
		for n := range uint32(12) {
			w.peer = newPeer(t, k, 100+n, 1)
			w.speak(forgeHz, 40*time.Millisecond, w.peer.protected)
		}
		if s := bob.Stats(); s.ReceivedProtected.Packets != 16 || s.SSRCRefused != 8 {
			t.Errorf("statistics %+v", s)
		}
		if ssrc, _ := bob.RemoteSSRC(); ssrc != 107 {
			t.Errorf("the last authentic SSRC is %d", ssrc)
		}
	})
}

func TestProtectedTelephoneEventsAuthenticateAndAreIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := memnetWith(t)
		bob := w.bob(t, nil)
		must(t, bob.ArmReceive(rfcKeys(t)))
		w.mustNotPlay(bob, func(b []byte) []byte {
			packet := w.peer.clear(b)
			packet[1] = 101
			return w.peer.seal(packet)
		})
		if s := bob.Stats(); s.OtherPayload != 50 || s.ReceivedProtected.Packets != 50 || bob.count(EventFirstAuthenticated) != 1 {
			t.Errorf("statistics %+v", s)
		}
	})
}
