package rtpstream

import (
	"math"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio/measure"
	"star18/audio/rtpstream/memnet"
)

// protectedSize is a packet of 20 ms G.711 with its tag, clearSize without.
const (
	tagSize       = 10 // of hmac-sha1-80
	clearSize     = 12 + 160
	protectedSize = clearSize + tagSize
)

// The change may begin at either end and must not be heard: every tenth of a
// second has the voice at its level.
func TestSwitchInMidStream(t *testing.T) {
	for _, order := range []struct {
		name        string
		calleeFirst bool
		gap         time.Duration
	}{
		{"callee first", true, 150 * time.Millisecond},
		{"caller first", false, 150 * time.Millisecond},
		{"together", true, 0},
		{"callee long before", true, 1900 * time.Millisecond},
	} {
		t.Run(order.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, caller, callee := call(t, nil)
				wires := []*wiretap{tap(n, aliceAddr), tap(n, bobAddr)}
				pass(settling)
				since := [2]int{caller.phone.now(), callee.phone.now()}
				first, second := caller, callee
				if order.calleeFirst {
					first, second = callee, caller
				}
				k := rfcKeys(t)
				must(t, callee.ArmReceive(k))
				must(t, caller.ArmReceive(k))
				pass(130 * time.Millisecond)
				must(t, first.ProtectSend(k))
				first.LimitClear(2 * time.Second)
				pass(order.gap)
				must(t, second.ProtectSend(k))
				second.LimitClear(2 * time.Second)
				pass(time.Second)

				checkUnbroken(t, "caller hears", caller.phone.heard(since[0]), bobHz)
				checkUnbroken(t, "callee hears", callee.phone.heard(since[1]), aliceHz)
				for _, w := range wires {
					checkSwitchOnTheWire(t, w)
				}
				for _, e := range []*end{caller, callee} {
					s := e.Stats()
					if e.count(EventFirstAuthenticated) != 1 || s.Rejected() != 0 || s.Playout.Lost != 0 || s.SealFailed != 0 {
						t.Errorf("%v: %d first packets, %+v", e.addr, e.count(EventFirstAuthenticated), s)
					}
				}
			})
		})
	}
}

func checkUnbroken(t *testing.T, who string, heard []int16, hz float64) {
	t.Helper()
	for tenth := range slices.Chunk(heard, rate/10) {
		if len(tenth) < rate/10 {
			continue
		}
		// A packet that is merged away leaves a leap of the phase, and no hole.
		if all := measure.Level(tenth); math.Abs(all-toneDBm0) > 0.8 {
			t.Errorf("%s %.1f dBm0 in a tenth of a second", who, all)
		}
		if level := measure.LevelAt(tenth, rate, hz); math.Abs(level-toneDBm0) > 3 {
			t.Errorf("%s %v Hz at %.1f dBm0 in a tenth of a second", who, hz, level)
		}
	}
}

// checkSwitchOnTheWire: one SSRC, one sequence, first clear, then protected,
// never back.
func checkSwitchOnTheWire(t *testing.T, w *wiretap) {
	t.Helper()
	hs := w.headers(t)
	protected := 0
	for i, p := range w.all() {
		if i > 0 && (hs[i].seq != hs[i-1].seq+1 || hs[i].ssrc != hs[0].ssrc || hs[i].time != hs[i-1].time+160 || i > 1 && hs[i].marker) {
			t.Errorf("packet %d does not continue the stream: %+v after %+v", i, hs[i], hs[i-1])
		}
		switch {
		case len(p.Data) == protectedSize:
			protected++
		case len(p.Data) != clearSize || protected > 0:
			t.Errorf("packet %d of %d octets after %d protected ones", i, len(p.Data), protected)
		}
	}
	if protected == 0 {
		t.Error("nothing is protected")
	}
}

// What the wire carries after the change must be noise to anyone without keys.
func TestProtectedSpeechIsNotOnTheWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, caller, callee := call(t, nil)
		secure(t, caller, callee)
		w := tap(n, aliceAddr)
		callee.mustHear(aliceHz)
		eve := memnetWith(t)
		ear := eve.bob(t, nil)
		next := 0
		packets := w.all()
		level := eve.levelWhile(ear, aliceHz, func([]byte) []byte {
			next++
			return packets[next%len(packets)].Data
		})
		if level > toneDBm0-15 { // noise of full scale has little in one bin
			t.Errorf("an eavesdropper hears the voice at %.1f dBm0", level)
		}
	})
}

func TestKeysAreSetOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob := call(t, nil)
		secure(t, alice, bob)
		k, other := rfcKeys(t), rfcKeys(t)
		other.Master[3]++
		for name, err := range map[string]error{"receive": alice.ArmReceive(other), "send": alice.ProtectSend(other)} {
			if err != ErrOtherKeys {
				t.Errorf("other keys to %s: %v", name, err)
			}
		}
		must(t, alice.ArmReceive(k)) // the same again changes nothing
		must(t, alice.ProtectSend(k))
		bob.mustHear(aliceHz)
		alice.mustHear(bobHz)
		if r := alice.Stats().Rejected() + bob.Stats().Rejected(); r != 0 {
			t.Errorf("%d rejected", r)
		}
	})
}

func TestFailedKeysLeaveTheStreamInClear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob := call(t, nil)
		k := rfcKeys(t)
		k.Transforms = []Transform{HMACSHA1_80, "rot13"}
		if alice.ArmReceive(k) == nil || alice.ProtectSend(k) == nil {
			t.Error("an unknown transform was taken")
		}
		alice.mustHear(bobHz)
		bob.mustHear(aliceHz)
	})
}

// brokenSealer fails for good.
type brokenSealer struct{}

func (brokenSealer) seal([]byte, []byte, uint32, uint32) ([]byte, error) { return nil, ErrClosed }

func TestFailedEncryptionSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, _ := call(t, nil)
		pass(time.Second)
		w := tap(n, aliceAddr)
		k := rfcKeys(t)
		alice.sendKeys.Store(&sendKeys{sealers: []sealer{brokenSealer{}}, mirror: newMirror(&k)})
		pass(time.Second)
		if s := alice.Stats(); len(w.all()) != 0 || s.SealFailed != 50 || s.SentProtected.Packets != 0 {
			t.Errorf("%d packets sent, %+v", len(w.all()), s)
		}
	})
}

func TestHoldAndNewAddressKeepTheStreamProtected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, bob := call(t, nil)
		secure(t, alice, bob)
		w := tap(n, aliceAddr)
		pass(time.Second)
		alice.SetDirection(false, true)
		pass(12 * time.Minute) // 36,000 packets: the peer would lose the rollover counter if the sequence ran on
		elsewhere := netip.AddrPortFrom(bobAddr.Addr(), 20000)
		alice.SetRemote(elsewhere)
		alice.SetDirection(true, true)
		pass(time.Second)
		alice.SetRemote(bobAddr)
		bob.mustHear(aliceHz)
		alice.mustHear(bobHz)
		for i, p := range w.all() {
			if len(p.Data) != protectedSize {
				t.Fatalf("packet %d to %v is clear", i, p.To)
			}
		}
		hs := w.headers(t)
		for i := range hs[1:] {
			if hs[i+1].seq != hs[i].seq+1 || hs[i].ssrc != hs[0].ssrc {
				t.Fatalf("packet %d does not continue the sequence", i+1)
			}
		}
	})
}

// The sender changes to SRTP at sequence 65530 and the first packets are lost,
// so that the first one to arrive is beyond the wrap.
func TestSwitchAtTheWrapWithLoss(t *testing.T) {
	for _, lost := range []int{0, 3, 6, 7, 20, 64} {
		synctest.Test(t, func(t *testing.T) {
			n, alice, bob := call(t, func(who int, c *Config) { c.Seq = 65400 })
			k := rfcKeys(t)
			w, left := tap(n, aliceAddr), lost
			n.SetFilter(func(from, _ netip.AddrPort, data []byte) (v memnet.Verdict) {
				if from == aliceAddr && len(data) == protectedSize && left > 0 {
					left--
					v.Drop = true
				}
				return v
			})
			pass(time.Second)
			must(t, bob.ArmReceive(k))
			pass(80*20*time.Millisecond - 10*time.Millisecond)
			must(t, alice.ProtectSend(k))
			pass(100 * 20 * time.Millisecond)
			first := slices.IndexFunc(w.all(), func(p memnet.Packet) bool { return len(p.Data) == protectedSize })
			if seq := w.headers(t)[first].seq; seq < 65525 {
				t.Fatalf("the change came at %d", seq)
			}
			bob.mustHear(aliceHz)
			if s := bob.Stats(); s.Rejected() != 0 {
				t.Errorf("%d lost: %+v", lost, s)
			}
		})
	}
}

func TestSecuredCallOverABadNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, bob := call(t, func(who int, c *Config) { c.Seq = 65000 })
		secure(t, alice, bob)
		n.SetFilter(memnet.Chain(memnet.Lose(1, 0.02), memnet.Duplicate(2, 0.05),
			memnet.Delay(3, 5*time.Millisecond, 30*time.Millisecond)))
		pass(60 * time.Second) // past the wrap
		s := bob.Stats()
		if s.AuthFailed != 0 || s.ClearRefused != 0 || s.Replayed == 0 || s.Playout.Lost == 0 {
			t.Errorf("statistics %+v", s)
		}
		n.SetFilter(nil)
		bob.mustHear(aliceHz)
	})
}
