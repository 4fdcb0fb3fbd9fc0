package rtpstream

import (
	"math/rand/v2"
	"testing"
)

// RFC 3711 section 3.3.1: the index nearest to the highest seen.
func TestTrackGuessesTheNearestIndex(t *testing.T) {
	for _, c := range []struct {
		name string
		top  uint64
		seq  uint16
		want uint64
		none bool
	}{
		{name: "next", top: 5, seq: 6, want: 6},
		{name: "gap", top: 5, seq: 30000, want: 30000},
		{name: "late", top: 100, seq: 90, want: 90},
		{name: "wrap", top: 65535, seq: 0, want: 65536},
		{name: "wrap with a gap", top: 65530, seq: 200, want: 65736},
		{name: "late over the wrap", top: 65536 + 3, seq: 65533, want: 65533},
		{name: "before the first", top: 3, seq: 65533, none: true},
		{name: "rollover counter 7", top: 7<<16 | 0xffff, seq: 1, want: 8<<16 | 1},
		{name: "wrap of the counter's low half", top: 0xffffffff, seq: 0, want: 0x100000000},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := startTrack(1, c.top)
			got, ok := tr.index(c.seq)
			if ok == c.none || ok && got != c.want {
				t.Errorf("%d, %v; want %d, %v", got, ok, c.want, !c.none)
			}
		})
	}
}

// The oracle is a plain set of what was accepted.
func TestTrackWindowAgainstASet(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 12))
	tr := startTrack(1, 1000)
	seen := map[uint64]bool{1000: true}
	top := uint64(1000)
	for range 200_000 {
		index := top + uint64(rnd.IntN(200)) - 130
		if rnd.IntN(100) == 0 {
			index = top + uint64(rnd.IntN(1000))
		}
		want := index > top || !seen[index] && top-index < replayWindow
		if got := tr.fresh(index); got != want {
			t.Fatalf("index %d at top %d: fresh %v", index, top, got)
		}
		if !want {
			continue
		}
		if newest := tr.accept(index); newest != (index > top) {
			t.Fatalf("index %d at top %d: newest %v", index, top, newest)
		}
		seen[index] = true
		top = max(top, index)
	}
}
