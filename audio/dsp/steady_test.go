package dsp

import (
	"math"
	"math/rand/v2"
	"testing"
)

// heldFor is the share of blocks, after the first 300 ms, in which a sound was
// taken for a tone.
func heldFor(pcm []int16) float64 {
	var s steady
	held, all := 0, 0
	for i := 0; i+80 <= len(pcm); i += 80 {
		s.take(pcm[i : i+80])
		if i > 2400 {
			all++
			if s.held() {
				held++
			}
		}
	}
	return float64(held) / float64(all)
}

func TestSteadyTones(t *testing.T) {
	const n = 10 * toneRate
	r := rand.New(rand.NewPCG(1, 2))
	tone := func(noise float64, hz ...float64) []int16 {
		out := hiss(n, 5, noise)
		for i := range out {
			for _, f := range hz {
				out[i] += 3000 * math.Sin(2*math.Pi*f*float64(i)/toneRate)
			}
		}
		return microphone(out)
	}
	pink, state := make([]float64, n), [3]float64{}
	for i := range pink { // three one-pole filters, -3 dB an octave within 1 dB
		w := r.NormFloat64() * 100
		state[0] = 0.99765*state[0] + w*0.099046
		state[1] = 0.963*state[1] + w*0.2965164
		state[2] = 0.57*state[2] + w*1.0526913
		pink[i] = state[0] + state[1] + state[2] + 0.1848*w
	}
	for _, tt := range []struct {
		name        string
		pcm         []int16
		least, most float64
	}{
		{"a tone", tone(-90, 733), 1, 1},
		{"a tone in noise", tone(-55, 1000), 1, 1},
		{"ring-back", tone(-70, 440, 480), 1, 1},
		{"a high tone", tone(-70, 3400), 1, 1},
		{"speech", talk(toneRate, n, 4, -20), 0, 0.05},
		{"white noise", microphone(hiss(n, 6, -30)), 0, 0},
		{"pink noise", microphone(pink), 0, 0},
		{"silence", make([]int16, n), 0, 0},
	} {
		if got := heldFor(tt.pcm); got < tt.least || got > tt.most {
			t.Errorf("%s: taken for a tone in %.2f of the time, want %v to %v", tt.name, got, tt.least, tt.most)
		}
	}
}
