package dsp

import (
	"math"
	"testing"
)

// An estimate each hop, of a delay that moves by so many parts in a million and
// carries the noise of real ones, is followed; one that stands still or leaps from
// path to path is left alone.
func TestDrift(t *testing.T) {
	for _, tt := range []struct {
		name   string
		ppm    float64
		leaps  bool
		active bool
	}{
		{"none", 0, false, false},
		{"another path now and then", 0, true, false},
		{"100 ppm", 100, false, true},
		{"-60 ppm, and another path now and then", -60, true, true},
		{"300 ppm", 300, false, true},
	} {
		var d drift
		at := 320.0
		for i := range 60 * coarseRate / hop {
			d.advance(hop)
			delay := at + tt.ppm*1e-6*float64(i*hop) + 0.03*math.Sin(float64(i)*1.7)
			if tt.leaps && i/40%3 == 2 {
				delay += 1.4
			}
			d.observe(delay, delay-d.slid-at)
		}
		if d.active != tt.active {
			t.Errorf("%s: followed is %v, want %v", tt.name, d.active, tt.active)
			continue
		}
		if !tt.active {
			continue
		}
		want := tt.ppm * 1e-6 * 60 * coarseRate
		if math.Abs(d.rate*1e6-tt.ppm) > 15 || math.Abs(d.slid-want) > 1 {
			t.Errorf("%s: found %.0f ppm and %.2f samples, want %.2f", tt.name, d.rate*1e6, d.slid, want)
		}
	}
}

// The oracle is the sine itself, between its samples.
func TestInterpolate(t *testing.T) {
	const n = 160
	for _, fraction := range []float64{0, 0.01, 0.5, 0.77, 0.999} {
		src, dst := make([]int16, n+betweenTaps-1), make([]int16, n)
		wave := func(x float64) float64 { return 10000 * math.Sin(2*math.Pi*x*0.2) }
		for i := range src {
			src[i] = int16(math.Round(wave(float64(i))))
		}
		interpolate(dst, src, fraction)
		for i, got := range dst {
			want := wave(float64(i+betweenTaps/2-1) + fraction)
			if math.Abs(float64(got)-want) > 100 { // 40 dB down
				t.Errorf("%v after sample %d: %d, want %.0f", fraction, i, got, want)
				break
			}
		}
	}
}
