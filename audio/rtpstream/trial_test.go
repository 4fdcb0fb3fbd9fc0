package rtpstream

import (
	"bytes"
	"errors"
	"testing"
	"time"
)

// countedOpener counts how often a tag is computed.
type countedOpener struct {
	opener
	work *int
}

func (c countedOpener) authentic(packet []byte, roc uint32) bool {
	*c.work++
	return c.opener.authentic(packet, roc)
}

func (c countedOpener) open(dst, packet []byte, ssrc, roc uint32) ([]byte, error) {
	*c.work++
	return c.opener.open(dst, packet, ssrc, roc)
}

// A forged packet costs one tag for each enabled transform, two if it may be
// the first of a new SSRC beyond a wrap, and after the trial one or two.
func TestForgedPacketsCostBoundedWork(t *testing.T) {
	k := listing(t, Callee, Transforms()...)
	g, work := testGuard(t, k), 0
	for i := range g.context.trial.candidates {
		c := &g.context.trial.candidates[i]
		c.opener = countedOpener{c.opener, &work}
	}
	hand := newByHand(t, k, HMACMD5_80)
	true1 := hand.sealAt(t, rtpPacket(peerSSRC, 40_000, []byte("speech")), 0)
	forge := func(ssrc uint32, seq uint16) []byte { return rtpPacket(ssrc, seq, bytes.Repeat([]byte{1}, 60)) }
	cost := func(packet []byte, now time.Duration) int {
		work = 0
		h, _ := parsed(packet)
		g.open(nil, packet, h, track{}, now, true)
		return work
	}
	if got := cost(forge(1, 40_000), 0); got != 5 {
		t.Errorf("new SSRC, upper half: %d", got)
	}
	if got := cost(forge(1, 1), 0); got != 10 {
		t.Errorf("new SSRC, lower half: %d", got)
	}
	cost(true1, 0)
	if got := cost(true1, 0); got != 0 {
		t.Errorf("replayed: %d", got)
	}
	if got := cost(forge(peerSSRC, 40_001), trialTime-1); got != 5 {
		t.Errorf("known SSRC: %d", got)
	}
	if got := cost(forge(peerSSRC, 40_001), trialTime); got != 1 {
		t.Errorf("known SSRC, locked: %d", got)
	}
	if got := cost(forge(1, 1), trialTime); got != 2 {
		t.Errorf("new SSRC, locked: %d", got)
	}
}

// A change of transform keeps replay position and rollover counter: an index
// that was taken under one is not taken under another.
func TestReplayAcrossTransforms(t *testing.T) {
	k := listing(t, Callee, Transforms()...)
	for _, a := range Transforms() {
		for _, b := range Transforms() {
			g := testGuard(t, k)
			one, other := newByHand(t, k, a), newByHand(t, k, b)
			packet := rtpPacket(peerSSRC, 65_535, []byte("speech"))
			if _, o := g.try(t, one.sealAt(t, packet, 0)); o != opened {
				t.Fatalf("%v: %d", a, o)
			}
			if _, o := g.try(t, other.sealAt(t, packet, 0)); o != replayed {
				t.Errorf("%v after %v: %d, want replayed", b, a, o)
			}
			if _, o := g.try(t, other.sealAt(t, rtpPacket(peerSSRC, 0, []byte("speech")), 1)); o != opened {
				t.Errorf("%v after %v, over the wrap: %d", b, a, o)
			}
		}
	}
}

// The transform without a tag is never found by trial.
func TestNoneIsTakenOnlyIfTheListNamesIt(t *testing.T) {
	packet := newByHand(t, rfcKeys(t), None).sealAt(t, rtpPacket(peerSSRC, 1, []byte("speech")), 0)
	h, _ := parsed(packet)
	try := func(g *guard, protects bool) opening { return g.open(nil, packet, h, track{}, 0, protects).opening }
	if o := try(testGuard(t, listing(t, Callee, Transforms()...)), true); o != forged {
		t.Errorf("not in the list: %d", o)
	}
	if o := try(testGuard(t, listing(t, Callee, None)), false); o != forged {
		t.Errorf("before we protect: %d", o)
	}
	if o := try(testGuard(t, listing(t, Callee, None)), true); o != opened {
		t.Errorf("in the list: %d", o)
	}
	g := testGuard(t, listing(t, Callee, HMACSHA1_80, None))
	if o := try(g, true); o != opened {
		t.Errorf("second in the list: %d", o)
	}
	tagged := newByHand(t, rfcKeys(t), HMACSHA1_80)
	if _, o := g.try(t, tagged.sealAt(t, rtpPacket(peerSSRC, 65_535, []byte("speech")), 0)); o != opened {
		t.Errorf("a tag after that: %d", o) // whatever rollover counter the untagged ones pretended
	}
	if _, o := g.try(t, newByHand(t, rfcKeys(t), None).sealAt(t, rtpPacket(peerSSRC, 2, []byte("speech")), 1)); o != forged {
		t.Errorf("without a tag after a tag: %d", o)
	}
}

func TestKeysWithoutATransformAreRefused(t *testing.T) {
	s := stepStream(t, &sinkConn{})
	k := listing(t, Caller)
	if err := s.ArmReceive(k); !errors.Is(err, ErrTransforms) {
		t.Errorf("receiving: %v", err)
	}
	if err := s.ProtectSend(k); !errors.Is(err, ErrTransforms) {
		t.Errorf("sending: %v", err)
	}
}
