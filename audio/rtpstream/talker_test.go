package rtpstream

import (
	"net/netip"
	"testing"
	"time"
)

// talk is a run of packets of one source, 20 ms apart, after a pause.
type talk struct {
	pause time.Duration
	count int
	src   netip.AddrPort
	ssrc  uint32
	skips bool // every sequence number is far from the one before
	plays int  // how many of them are played
}

// The expected numbers follow from the comment of talker, by hand: another stream
// of the peer needs two packets in a row and 50 ms of silence before, a stranger
// three and half a second, the address of the SDP two. They are not played until
// then.
func TestTalker(t *testing.T) {
	const ms = time.Millisecond
	peer := func(n int) talk { return talk{count: n, src: behind, ssrc: 1, plays: n} }
	for _, c := range []struct {
		name  string
		talks []talk
	}{
		{"whoever comes first", []talk{{count: 1, src: stranger, ssrc: 9, plays: 1}}},
		{"a stranger between", []talk{peer(5), {count: 1, src: stranger, ssrc: 1}, peer(1)}},
		{"a new stream of the peer", []talk{peer(5), {count: 10, src: behind, ssrc: 2, plays: 8}}},
		{"a new stream after hold", []talk{peer(5), {pause: time.Minute, count: 10, src: behind, ssrc: 2, plays: 9}}},
		{"SSRCs by the dozen", []talk{peer(5),
			{pause: time.Second, count: 1, src: behind, ssrc: 2}, {count: 1, src: behind, ssrc: 3}, {count: 1, src: behind, ssrc: 4}, peer(1)}},
		{"no sequence", []talk{peer(5), {pause: time.Second, count: 20, src: behind, ssrc: 2, skips: true}, peer(1)}},
		{"a stranger after the peer", []talk{peer(5), {count: 40, src: stranger, ssrc: 9, plays: 40 - 24}}},
		{"a stranger after a long hold", []talk{peer(5), {pause: time.Minute, count: 5, src: stranger, ssrc: 9, plays: 3}}},
		{"the peer after a stranger", []talk{{count: 20, src: stranger, ssrc: 9, plays: 20}, {count: 5, src: inSDP, ssrc: 1, plays: 4}}},
		{"a stranger never beats the SDP", []talk{{count: 5, src: inSDP, ssrc: 1, plays: 5}, {count: 20, src: stranger, ssrc: 9},
			{count: 1, src: inSDP, ssrc: 1, plays: 1}, {count: 20, src: stranger, ssrc: 9}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sdp := inSDP
			tk, now := talker{sdp: &sdp}, time.Hour
			seqs := map[uint32]uint16{}
			for i, w := range c.talks {
				now += w.pause
				plays := 0
				for range w.count {
					now += 20 * ms
					seqs[w.ssrc]++
					if w.skips {
						seqs[w.ssrc] += 7
					}
					if tk.admit(header{ssrc: w.ssrc, seq: seqs[w.ssrc]}, w.src, &sdp, now) {
						plays++
					}
				}
				if plays != w.plays {
					t.Errorf("run %d: %d of %d played, want %d", i, plays, w.count, w.plays)
				}
			}
		})
	}
}

// After a new SDP the peer may speak from anywhere: two packets and 50 ms are
// enough for two seconds.
func TestTalkerAfterANewSDP(t *testing.T) {
	first, second := inSDP, rebound
	tk, now, seq := talker{}, time.Hour, uint16(0)
	play := func(src netip.AddrPort, ssrc uint32, sdp *netip.AddrPort, n int) (plays int) {
		for range n {
			now += 20 * time.Millisecond
			seq++
			if tk.admit(header{ssrc: ssrc, seq: seq}, src, sdp, now) {
				plays++
			}
		}
		return plays
	}
	play(inSDP, 1, &first, 5)
	if n := play(behind, 2, &second, 5); n != 3 {
		t.Errorf("%d of 5 played from another place, want 3", n)
	}
	now += sdpFresh
	play(behind, 2, &second, 1)
	if n := play(stranger, 3, &second, 5); n != 0 {
		t.Errorf("%d of 5 played of a stranger, two seconds later", n)
	}
}
