package dsp

import (
	"math"
	"slices"
	"testing"
)

// The canceller is given, for each sample that is heard, the one that was played
// the found delay less the headroom before: neither shifted nor torn.
func TestPartnersAreExact(t *testing.T) {
	const rate, n, delay = 8000, 4 * 8000, 640
	far := talk(rate, n, 1, -20)
	mic := shifted(far, delay)
	e := &fakeEngine{keep: true}
	r := scene{rate: rate, far: far, mic: mic, cfg: Config{Echo: true}}.through(t, e)
	if _, d := r.found(); math.Abs(d-80) > 1 {
		t.Fatalf("found %.2f ms, want 80", d)
	}
	if len(e.near) < n/2 || len(e.near) != len(e.far) {
		t.Fatalf("%d samples and %d partners", len(e.near), len(e.far))
	}
	early := samplesInMS(headroom*1000/coarseRate, rate)
	if got := e.far[:len(e.far)-early-8]; !follows(e.near[early:], got) {
		t.Error("the partner of a sample is not the one that was played 80 ms before, less 8 ms")
	}
}

// follows: near is far, up to the resolution of the estimate.
func follows(near, far []int16) bool {
	for off := -8; off <= 8; off++ {
		a, b := near, far
		if off > 0 {
			a = a[off:]
		} else {
			b = b[-off:]
		}
		n := min(len(a), len(b))
		if slices.Equal(a[:n], b[:n]) {
			return true
		}
	}
	return false
}

// After a pause of either side places mean another delay; the old one is carried
// over and holds at once if the card behaves as before.
func TestPauseKeepsTheDelay(t *testing.T) {
	const rate, n = 8000, 6 * 8000
	far := talk(rate, n, 1, -20)
	mic := microphone(newRoom(rate, 0.08, 0.2, 8).echo(far), hiss(n, 3, -60))
	e := &fakeEngine{}
	c, err := newChain(rate, Config{Echo: true}, e)
	if err != nil {
		t.Fatal(err)
	}
	c.resume()
	b := make([]int16, 80)
	at := func(i int) {
		c.play(far[i : i+80])
		copy(b, mic[i:])
		c.hear(b)
	}
	for i := 0; i < n/2; i += 80 {
		at(i)
	}
	if !c.aligner.engaged {
		t.Fatal("no delay before the pause")
	}
	before := c.offset() - c.aligner.shift
	for range 100 { // one second is heard and nothing is played
		clear(b)
		c.hear(b)
	}
	for i := n / 2; i < n/2+800; i += 80 {
		if i == n/2 {
			c.play(far[i : i+80])
			c.resume()
			copy(b, mic[i:])
			c.hear(b)
			continue
		}
		at(i)
	}
	if after := c.offset() - c.aligner.shift; !c.aligner.engaged || after-before > 80 || before-after > 80 {
		t.Errorf("the lag behind what is played was %d and is %d", before, after)
	}
}

// No allocation on the sample path, whatever it finds.
func TestChainAllocatesNothing(t *testing.T) {
	const rate, n = 16000, 3 * 16000
	far := talk(rate, n, 1, -20)
	mic := microphone(newRoom(rate, 0.08, 0.2, 8).echo(far), hiss(n, 3, -60))
	c, err := newChain(rate, Config{Echo: true}, &fakeEngine{})
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	if got := testing.AllocsPerRun(250, func() {
		c.play(far[i : i+160])
		c.hear(mic[i : i+160])
		i += 160
	}); got != 0 {
		t.Errorf("%v allocations a block", got)
	}
	if !c.aligner.engaged {
		t.Error("nothing was found meanwhile")
	}
}

// A canceller that adds sound must begin anew; one that worked and fails has lost
// the delay, which is said once.
func TestWatch(t *testing.T) {
	var w watch
	said := func(blocks int, before, after float64) (all []verdict) {
		for range blocks {
			if v := w.judge(before, after); v != fine {
				all = append(all, v)
			}
		}
		return all
	}
	for _, tt := range []struct {
		name          string
		before, after float64
		want          []verdict
	}{
		{"learns", 1e6, 9e5, nil},
		{"works", 1e6, 1e4, nil},
		{"works on silence", 10, 1, nil},
		{"fails", 1e6, 1e6, []verdict{lost}},
		{"works again", 1e6, 1e4, nil},
	} {
		if got := said(500, tt.before, tt.after); !slices.Equal(got, tt.want) {
			t.Errorf("one that %s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if got := said(100, 1e6, 4e6); len(got) == 0 || got[len(got)-1] != diverged {
		t.Errorf("one that adds 6 dB: %v", got)
	}
}
