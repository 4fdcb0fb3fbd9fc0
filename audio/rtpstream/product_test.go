package rtpstream

import (
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio/rtpstream/memnet"
)

// secureWith takes both ends through the change, each with its own list. The
// callee switches after its 200, the caller half a round trip later.
func secureWith(t *testing.T, caller, callee *end, callers, callees []Transform) {
	t.Helper()
	pass(100 * time.Millisecond)
	k, l := listing(t, Caller, callers...), listing(t, Callee, callees...)
	must(t, callee.ArmReceive(l))
	must(t, caller.ArmReceive(k))
	must(t, callee.ProtectSend(l))
	callee.LimitClear(2 * time.Second)
	pass(30 * time.Millisecond)
	must(t, caller.ProtectSend(k))
	caller.LimitClear(2 * time.Second)
}

// sendsWith is what packets leave with, empty while they leave in clear.
func (s *Stream) sendsWith() Transform {
	k := s.sendKeys.Load()
	if k == nil {
		return ""
	}
	return k.mirror.list[k.mirror.using]
}

// hearsWith is what the last authentic packet came with, empty before the first.
func (s *Stream) hearsWith() Transform {
	g := s.guard.Load()
	if g == nil || !g.in(secured) {
		return ""
	}
	if last := g.mirror.last.Load(); last > 0 {
		return g.mirror.list[last-1]
	}
	return None
}

// mustUse checks who sends with what, and that each end knows it of the other.
func mustUse(t *testing.T, caller, callee *end, callers, callees Transform) {
	t.Helper()
	if caller.sendsWith() != callers || callee.hearsWith() != callers {
		t.Errorf("caller sends with %q, callee hears %q, want %q", caller.sendsWith(), callee.hearsWith(), callers)
	}
	if callee.sendsWith() != callees || caller.hearsWith() != callees {
		t.Errorf("callee sends with %q, caller hears %q, want %q", callee.sendsWith(), caller.hearsWith(), callees)
	}
}

// mirrored is what the wire may show after the rules: one SSRC, an unbroken
// sequence, at most one change of the length that a tag gives.
func mirrored(t *testing.T, w *wiretap, first Transform, clear int) {
	t.Helper()
	hs, changes, last := w.headers(t), 0, clear
	for i, p := range w.all() {
		if i > 0 && (hs[i].seq != hs[i-1].seq+1 || hs[i].ssrc != hs[0].ssrc) {
			t.Fatalf("packet %d does not continue the stream", i)
		}
		if len(p.Data) == last {
			continue
		}
		if changes++; changes == 1 && len(p.Data) != clear+tags[first].size {
			t.Errorf("the first protected packet has %d octets, not the tag of %v", len(p.Data), first)
		}
		if len(p.Data) == clear || changes > 2 {
			t.Fatalf("change %d of length, to %d octets at packet %d", changes, len(p.Data), i)
		}
		last = len(p.Data)
	}
}

// Every transform at the caller against every one at the callee. What both end
// on follows from the specification: with all transforms enabled at both, the
// callee comes over to the caller's at once; an end that knows one transform
// only is followed by the other; ends with nothing in common never hear each
// other.
func TestTransformProduct(t *testing.T) {
	for _, ptime := range []time.Duration{20 * time.Millisecond, 30 * time.Millisecond} {
		for _, a := range Transforms() {
			for _, b := range Transforms() {
				name := fmt.Sprintf("%v %v %v", a, b, ptime)
				t.Run(name+" all enabled", func(t *testing.T) { secureProduct(t, ptime, beginningWith(a), beginningWith(b), a) })
				t.Run(name+" callee knows one", func(t *testing.T) { secureProduct(t, ptime, beginningWith(a), []Transform{b}, b) })
				t.Run(name+" caller knows one", func(t *testing.T) { secureProduct(t, ptime, []Transform{a}, beginningWith(b), a) })
				if a != b {
					t.Run(name+" nothing in common", func(t *testing.T) { strangers(t, ptime, a, b) })
				}
			}
		}
	}
}

func withPtime(ptime time.Duration) func(int, *Config) {
	return func(_ int, c *Config) { c.Ptime = ptime }
}

func secureProduct(t *testing.T, ptime time.Duration, callers, callees []Transform, want Transform) {
	synctest.Test(t, func(t *testing.T) {
		n, caller, callee := call(t, withPtime(ptime))
		wires := []*wiretap{tap(n, aliceAddr), tap(n, bobAddr)}
		secureWith(t, caller, callee, callers, callees)
		pass(1200 * time.Millisecond) // the caller's second
		mustUse(t, caller, callee, want, want)
		caller.mustHear(bobHz)
		callee.mustHear(aliceHz)
		pass(10 * time.Second) // the lock changes nothing
		mustUse(t, caller, callee, want, want)
		callee.mustHear(aliceHz)
		for i, e := range []*end{caller, callee} {
			if e.count(EventFirstAuthenticated) != 1 {
				t.Errorf("first authentic packet reported %d times", e.count(EventFirstAuthenticated))
			}
			first := [][]Transform{callers, callees}[i][0]
			mirrored(t, wires[i], first, fixedHeader+int(ptime.Milliseconds())*8)
		}
	})
}

func strangers(t *testing.T, ptime time.Duration, a, b Transform) {
	synctest.Test(t, func(t *testing.T) {
		_, caller, callee := call(t, withPtime(ptime))
		secureWith(t, caller, callee, []Transform{a}, []Transform{b})
		pass(3 * time.Second)
		caller.mustNotHear(bobHz)
		callee.mustNotHear(aliceHz)
		for _, e := range []*end{caller, callee} {
			if e.count(EventFirstAuthenticated) != 0 || e.Stats().ReceivedProtected.Packets != 0 || e.hearsWith() != "" {
				t.Errorf("authentic with nothing in common: %+v", e.Stats())
			}
		}
	})
}

// The two directions may differ: over a path that takes more than a second the
// callee looks to the caller as if it did not know its transform, so each goes
// over to the other's, and nobody changes a second time.
func TestDirectionsMayDiffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, caller, callee := call(t, nil)
		n.SetFilter(func(from, _ netip.AddrPort, _ []byte) (v memnet.Verdict) {
			if from == aliceAddr {
				v.Delay = 1100 * time.Millisecond
			}
			return v
		})
		secureWith(t, caller, callee, beginningWith(HMACSHA1_80), beginningWith(HMACMD5_32))
		pass(20 * time.Second)
		mustUse(t, caller, callee, HMACMD5_32, HMACSHA1_80)
		caller.mustHear(bobHz)
		callee.mustHear(aliceHz)
	})
}

// A peer that changes within five seconds is followed, later it is not.
func TestTransformIsLocked(t *testing.T) {
	for _, after := range []time.Duration{0, 4900 * time.Millisecond, 5100 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			w := memnetWith(t)
			bob := w.bob(t, nil)
			must(t, bob.ArmReceive(listing(t, Callee, Transforms()...)))
			hand := map[Transform]*byHand{}
			for _, name := range Transforms() {
				hand[name] = newByHand(t, rfcKeys(t), name)
			}
			as := func(name Transform) func([]byte) []byte {
				return func(b []byte) []byte { return hand[name].sealAt(t, w.peer.clear(b), 0) }
			}
			w.speak(forgeHz, 20*time.Millisecond, as(HMACSHA1_80))
			time.Sleep(after - 20*time.Millisecond)
			before := bob.Stats().ReceivedProtected.Packets
			w.speak(forgeHz, 20*time.Millisecond, as(HMACMD5_80))
			if got, want := bob.Stats().ReceivedProtected.Packets-before == 1, after < trialTime; got != want {
				t.Errorf("a change after %v is followed: %v", after, got)
			}
			// A new SSRC under the locked transform is as good as ever.
			w.peer.ssrc++
			last := map[bool]Transform{true: HMACMD5_80, false: HMACSHA1_80}[after < trialTime]
			w.mustPlay(bob, as(last))
		})
	}
}
