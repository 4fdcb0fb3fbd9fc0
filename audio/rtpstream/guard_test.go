package rtpstream

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

// peer is the other end of a stream as its packets show it. It protects by
// hand.
type peer struct {
	t    testing.TB
	seal func(packet []byte) []byte
	ssrc uint32
	seq  uint16
}

func newPeer(t testing.TB, k Keys, ssrc uint32, seq uint16) *peer {
	hand := newByHand(t, k, k.Transforms[0])
	return &peer{t: t, ssrc: ssrc, seq: seq, seal: func(packet []byte) []byte { return hand.seal(t, packet) }}
}

// clear is the peer's next packet in clear.
func (p *peer) clear(payload []byte) []byte {
	p.seq++
	return rtpPacket(p.ssrc, p.seq-1, payload)
}

// protected is the peer's next packet as SRTP.
func (p *peer) protected(payload []byte) []byte { return p.seal(p.clear(payload)) }

func testGuard(t testing.TB, k Keys) *guard {
	t.Helper()
	g, err := newGuard(k)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// try opens a packet and tells what became of it.
func (g *guard) try(t testing.TB, packet []byte) ([]byte, opening) {
	t.Helper()
	h, ok := parsed(packet)
	if !ok {
		t.Fatalf("no RTP: %x", packet)
	}
	r := g.open(nil, packet, h, track{}, 0, true)
	return r.plain, r.opening
}

// The peer's first protected packet has rollover counter 0, whatever its
// sequence number; the first `lost` packets never arrive.
func TestSwitchBesideASequenceWrap(t *testing.T) {
	for _, c := range []struct {
		first uint16
		lost  int
	}{
		{0, 0}, {1, 0}, {63, 0}, {1000, 5}, {32767, 0}, {32768, 0}, {40000, 0},
		{65535, 0}, {65535, 1}, {65535, 60}, {65530, 0}, {65530, 5}, {65530, 6}, {65530, 7},
		{65530, 64}, {65530, 300}, {65472, 0}, {65472, 64}, {65472, 65}, {65472, 3000},
	} {
		t.Run(fmt.Sprintf("first %d lost %d", c.first, c.lost), func(t *testing.T) {
			eachTransform(t, func(t *testing.T, k Keys) { switchBesideAWrap(t, k, c.first, c.lost) })
		})
	}
}

func switchBesideAWrap(t *testing.T, k Keys, first uint16, lost int) {
	g, p := testGuard(t, k), newPeer(t, k, peerSSRC, first)
	for range lost {
		p.protected([]byte("lost"))
	}
	for n := range 200 { // over the wrap in most cases
		text := fmt.Appendf(nil, "packet %d", n)
		plain, o := g.try(t, p.protected(text))
		if o != opened || !bytes.HasSuffix(plain, text) {
			t.Fatalf("packet %d after the loss: %d", n, o)
		}
	}
}

// eachTransform runs a test with keys for each, the others enabled beside it.
func eachTransform(t *testing.T, test func(t *testing.T, k Keys)) {
	for _, name := range Transforms() {
		t.Run(name.String(), func(t *testing.T) { test(t, listing(t, Callee, beginningWith(name)...)) })
	}
}

func TestManyWrapsWithLossReorderingAndReplay(t *testing.T) {
	eachTransform(t, manyWrapsWithLossReorderingAndReplay)
}

func manyWrapsWithLossReorderingAndReplay(t *testing.T, k Keys) {
	g, p := testGuard(t, k), newPeer(t, k, peerSSRC, 65_000)
	var held, old []byte
	opens := 0
	const packets = 70_000 // over two wraps
	for n := range packets {
		packet := p.protected([]byte("speech"))
		switch {
		case n%1000 == 7: // lost
			continue
		case n%100 == 50:
			held = packet // comes after the next one
			continue
		}
		if _, o := g.try(t, packet); o != opened {
			t.Fatalf("packet %d: %d", n, o)
		}
		opens++
		if held != nil {
			if _, o := g.try(t, held); o != opened {
				t.Fatalf("late packet %d: %d", n, o)
			}
			held = nil
			opens++
		}
		if n%5000 == 4999 {
			if _, o := g.try(t, packet); o != replayed {
				t.Fatalf("packet %d again: %d", n, o)
			}
			if old != nil {
				if _, o := g.try(t, old); o == opened {
					t.Fatalf("packet of long ago at %d: opened", n)
				}
			}
			old = packet
		}
	}
	if want := packets - packets/1000; opens != want {
		t.Errorf("%d opened, want %d", opens, want)
	}
}

// A forged packet must leave no trace: neither before the peer's first packet,
// when its number could settle the window, nor later, when a number far ahead
// could move the rollover counter.
func TestForgedPacketsLeaveNoTrace(t *testing.T) { eachTransform(t, forgedPacketsLeaveNoTrace) }

func forgedPacketsLeaveNoTrace(t *testing.T, k Keys) {
	forge := func(seq uint16) []byte { return rtpPacket(peerSSRC, seq, bytes.Repeat([]byte{0x55}, 30)) }
	g, p := testGuard(t, k), newPeer(t, k, peerSSRC, 1000)
	for _, seq := range []uint16{0, 999, 2000, 30000, 40000, 65535} {
		if _, o := g.try(t, forge(seq)); o != forged {
			t.Fatalf("forged %d before the first: %d", seq, o)
		}
	}
	for n := range 100 {
		if _, o := g.try(t, p.protected([]byte("speech"))); o != opened {
			t.Fatalf("packet %d: %d", n, o)
		}
		for _, ahead := range []uint16{1, 100, 32000, 33000, 60000} {
			if _, o := g.try(t, forge(p.seq+ahead)); o == opened {
				t.Fatalf("forged packet %d ahead: opened", ahead)
			}
		}
	}
}

func TestEightRemoteSSRCsAndNoMore(t *testing.T) { eachTransform(t, eightRemoteSSRCsAndNoMore) }

func eightRemoteSSRCsAndNoMore(t *testing.T, k Keys) {
	g := testGuard(t, k)
	for n := range uint32(100) { // forged ones take no place
		if _, o := g.try(t, rtpPacket(5000+n, 1, bytes.Repeat([]byte{1}, 30))); o != forged {
			t.Fatalf("forged SSRC: %d", o)
		}
	}
	var peers []*peer
	for n := range uint32(10) {
		p := newPeer(t, k, 100+n, 1)
		peers = append(peers, p)
		want := opened
		if n >= 8 {
			want = crowded
		}
		if _, o := g.try(t, p.protected([]byte("speech"))); o != want {
			t.Errorf("SSRC number %d: %d, want %d", n+1, o, want)
		}
	}
	if _, o := g.try(t, peers[0].protected([]byte("speech"))); o != opened {
		t.Errorf("the first SSRC is forgotten: %d", o)
	}
}

func TestReturningSSRCIsNotReset(t *testing.T) { eachTransform(t, returningSSRCIsNotReset) }

func returningSSRCIsNotReset(t *testing.T, k Keys) {
	g := testGuard(t, k)
	a, b := newPeer(t, k, 1, 500), newPeer(t, k, 2, 500)
	first := a.protected([]byte("speech"))
	g.try(t, first)
	g.try(t, b.protected([]byte("speech")))
	if _, o := g.try(t, first); o != replayed {
		t.Errorf("old packet after another SSRC: %d", o)
	}
}

func TestOtherKeyDoesNotOpen(t *testing.T) {
	k := rfcKeys(t)
	other := k
	other.Salt[0]++
	g := testGuard(t, k)
	if _, o := g.try(t, newPeer(t, other, peerSSRC, 1).protected([]byte("speech"))); o != forged {
		t.Errorf("%d", o)
	}
}

func TestPhaseIsLeftOnce(t *testing.T) {
	g := testGuard(t, rfcKeys(t))
	if !g.in(windowOpen) || !g.leave(secured) || g.leave(disarmed) || !g.in(secured) {
		t.Error("a secured stream was disarmed")
	}
	g = testGuard(t, rfcKeys(t))
	if !g.leave(disarmed) || g.leave(secured) || !g.in(disarmed) {
		t.Error("a disarmed stream was secured")
	}
}

func TestWindowOnlyShrinks(t *testing.T) {
	g := testGuard(t, rfcKeys(t))
	if g.over(time.Hour) {
		t.Error("over without a limit")
	}
	for _, end := range []time.Duration{5 * time.Second, 9 * time.Second, 3 * time.Second, 4 * time.Second} {
		g.limitTo(end)
	}
	if g.over(3*time.Second-1) || !g.over(3*time.Second) {
		t.Error("the earliest limit does not hold")
	}
	g.limitTo(0)
	if !g.over(1) {
		t.Error("a limit of nothing does not hold")
	}
}
