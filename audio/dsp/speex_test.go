//go:build cgo && speexdsp

package dsp

import (
	"math"
	"testing"
)

var everything = Config{Echo: true, Noise: true, Gain: true}

// through runs a scene with speexdsp.
func (s scene) withSpeex(tb testing.TB) run {
	tb.Helper()
	e, err := newEngine(samplesIn(block, min(s.rate, coreRate)), min(s.rate, coreRate), s.cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return s.through(tb, e)
}

func level(pcm []int16) float64 { return 10 * math.Log10((float64(mean(pcm))+1e-3)/(32768*32768)) }

// A tone that somebody plays is neither noise nor speech of a wrong level: it
// passes whole, whenever it begins.
func TestTonesPass(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for _, hz := range []float64{440, 733, 1000, 1633} {
			for _, begin := range []float64{0, 2} {
				n := 12 * rate
				sound := hiss(n, 3, -75)
				for i := int(begin * float64(rate)); i < n; i++ {
					sound[i] += 32768 * math.Pow(10, -22.0/20) * math.Sqrt2 * math.Sin(2*math.Pi*hz*float64(i)/float64(rate))
				}
				r := scene{rate: rate, far: make([]int16, n), mic: microphone(sound), cfg: everything}.withSpeex(t)
				for at := begin + 0.1; at < 11.9; at += 0.1 {
					if got := level(seconds(r.out, rate, at, at+0.1)); math.Abs(got+22) > 1 {
						t.Errorf("%.0f Hz at %d Hz from %v s on: %.1f dBFS at %.1f s, want -22", hz, rate, begin, got, at)
						break
					}
				}
			}
		}
	}
}
