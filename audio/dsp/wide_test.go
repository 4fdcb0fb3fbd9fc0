package dsp

import (
	"math"
	"testing"
)

// late delays by one block, as speexdsp does, and applies a gain.
type late struct {
	fakeEngine
	gain float64
	past []int16
}

func (l *late) run(pcm, _ []int16, _ hold) (float64, float64) {
	if l.past == nil {
		l.past = make([]int16, len(pcm))
	}
	for i, s := range pcm {
		pcm[i], l.past[i] = l.past[i], int16(float64(s)*l.gain)
	}
	return 1, 1
}

// Sound of a high rate passes a chain that does nothing as it was, 12 ms later:
// both of its ways are the same length. With a gain, all of the band gets it.
func TestWideBand(t *testing.T) {
	for _, rate := range []int{24000, 32000, 48000} {
		for _, gain := range []float64{1, 0.25} {
			n := 2 * rate
			in := microphone(hiss(n, 3, -30))
			r := scene{rate: rate, far: make([]int16, n), mic: in, cfg: Config{}}.through(t, &late{gain: gain})
			want := shifted(in, samplesInMS(12, rate))
			diff := make([]float64, 0, n)
			for i := rate / 2; i < len(r.out); i++ {
				diff = append(diff, float64(r.out[i])-gain*float64(want[i]))
			}
			sum := 0.0
			for _, d := range diff {
				sum += d * d
			}
			snr := 10 * math.Log10(gain*gain*float64(mean(want))/(sum/float64(len(diff))))
			least := 50.0
			if gain != 1 {
				least = 20 // a gain is followed by its level, not known
			}
			if snr < least {
				t.Errorf("%d Hz, gain %v: %.1f dB above the difference, want %v", rate, gain, snr, least)
			}
		}
	}
}
