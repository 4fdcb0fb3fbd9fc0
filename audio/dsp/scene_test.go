package dsp

import (
	"math"
	"testing"
)

// scene is a call as the package sees it: what the loudspeaker plays and what
// the microphone hears at the same time.
type scene struct {
	rate     int
	far, mic []int16
	cfg      Config
	engaged  bool // from the beginning, with a delay of nothing
}

// run is what became of a scene.
type run struct {
	out   []int16
	delay []float64 // ms by block; NaN without echo
}

func (s scene) through(tb testing.TB, e engine) run {
	tb.Helper()
	st, err := newStage(s.rate, s.cfg, e)
	if err != nil {
		tb.Fatal(err)
	}
	c, ok := st.(*chain)
	if !ok {
		c = st.(*wide).chain
	}
	defer e.close()
	n := samplesIn(block, s.rate)
	r := run{out: make([]int16, len(s.mic)/n*n)}
	copy(r.out, s.mic)
	st.resume()
	c.aligner.engaged = s.engaged
	for i := 0; i+n <= len(r.out); i += n {
		st.play(s.far[i : i+n])
		st.hear(r.out[i : i+n])
		d := math.NaN()
		if c.aligner.engaged {
			d = (float64(c.aligner.shift+headroom) + c.drift.slid) * 1000 / coarseRate
		}
		r.delay = append(r.delay, d)
	}
	return r
}

func seconds(pcm []int16, rate int, from, to float64) []int16 {
	return pcm[int(from*float64(rate)):min(len(pcm), int(to*float64(rate)))]
}
