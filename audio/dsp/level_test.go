//go:build cgo && speexdsp

package dsp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// pink is noise that falls by 3 dB an octave: white noise through three one-pole
// filters.
func pink(n int, seed uint64, dbfs float64) []float64 {
	r := rand.New(rand.NewPCG(seed, 9))
	var a, b, c float64
	out := make([]float64, n)
	sum := 0.0
	for i := range out {
		w := r.NormFloat64()
		a = 0.99765*a + 0.099046*w
		b = 0.963*b + 0.2965164*w
		c = 0.57*c + 1.0526913*w
		out[i] = a + b + c + 0.1848*w
		sum += out[i] * out[i]
	}
	scale := 32768 * math.Pow(10, dbfs/20) / math.Sqrt(sum/float64(n))
	for i := range out {
		out[i] *= scale
	}
	return out
}

// suppressed measures noise suppression on a talker of -26 dBFS in noise, after
// four seconds: by how much the noise falls in the pauses, and the talker by
// himself against all that differs from him grows.
func suppressed(tb testing.TB, rate int, noise []float64, seed uint64) (pauses, snr float64) {
	n := len(noise)
	clean := talk(rate, n, seed, -26)
	noisy := microphone(floats(clean), noise)
	r := scene{rate: rate, far: make([]int16, n), mic: noisy, cfg: Config{Noise: true}}.withSpeex(tb)
	late := samplesIn(block, rate)
	var before, after float64
	for i := 4 * rate; i+late <= len(r.out)-late; i += late {
		if mean(clean[i-late:i+2*late]) < 100 {
			before += float64(mean(noisy[i : i+late]))
			after += float64(mean(r.out[i+late : i+2*late]))
		}
	}
	from := 4 * rate
	want := clean[from : len(r.out)-late]
	return 10 * math.Log10(before/after), clarity(want, r.out[from+late:]) - clarity(want, noisy[from:len(r.out)-late])
}

var noises = []struct {
	name  string
	make  func(n int, seed uint64, dbfs float64) []float64
	level float64
	least float64 // dB in pauses
}{
	{"white, 10 dB below", hiss, -36, 9},
	{"white, 20 dB below", hiss, -46, 9},
	{"pink, 10 dB below", pink, -36, 4},
	{"pink, 20 dB below", pink, -46, 4},
}

// BenchmarkNoise prints how many dB less there is in pauses, and by how many the
// signal-to-noise ratio is better while somebody speaks.
func BenchmarkNoise(b *testing.B) {
	if b.N > 1 {
		return // printed in the first run
	}
	fmt.Printf("\n%-30s %12s %12s\n", "noise suppression, dB", "in pauses", "SNR")
	for _, tt := range noises {
		pauses, snr := 0.0, 0.0
		for seed := range uint64(4) {
			p, s := suppressed(b, 16000, tt.make(20*16000, seed, tt.level), 41+seed)
			pauses, snr = pauses+p/4, snr+s/4
		}
		fmt.Printf("%-30s %12.1f %12.1f\n", tt.name, pauses, snr)
	}
}

// Steady noise falls by most of what is asked for, and speech gains by it. Of pink
// noise most lies below 200 Hz, where blocks of 10 ms tell little apart.
func TestNoiseIsSuppressed(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for _, tt := range noises {
			if pauses, snr := suppressed(t, rate, tt.make(12*rate, 3, tt.level), 41); pauses < tt.least || snr < 0.5 {
				t.Errorf("%s at %d Hz: %.1f dB in pauses, SNR %.1f dB better; want %v and 0.5", tt.name, rate, pauses, snr, tt.least)
			}
		}
	}
}

// controlled measures gain control: the level of speech after five seconds, and
// how fast the gain moved up and down at most, in dB a second over half a second.
func controlled(tb testing.TB, rate int, dbfs float64, seed uint64) (level, up, down float64) {
	n := 20 * rate
	mic := microphone(floats(talk(rate, n, seed, dbfs)), hiss(n, 3, -80))
	r := scene{rate: rate, far: make([]int16, n), mic: mic, cfg: Config{Gain: true}}.withSpeex(tb)
	late := samplesIn(block, rate)
	last, at := math.NaN(), 0
	for i := 0; i+rate/2 <= len(r.out)-late; i += rate / 10 {
		in, out := mean(mic[i:i+rate/20]), mean(r.out[i+late:i+late+rate/20])
		if in < 1000 { // nobody speaks
			continue
		}
		gain := 10 * math.Log10(float64(out)/float64(in))
		if math.IsNaN(last) {
			last, at = gain, i
		}
		if i-at >= rate/2 {
			speed := (gain - last) * float64(rate) / float64(i-at)
			up, down = max(up, speed), max(down, -speed)
			last, at = gain, i
		}
	}
	return 20 * math.Log10(active(floats(seconds(r.out, rate, 5, 20)))/32768), up, down
}

var levels = []float64{-50, -40, -30, -20, -10, -6}

// BenchmarkGain prints what comes out, by the level of what comes in.
func BenchmarkGain(b *testing.B) {
	if b.N > 1 {
		return // printed in the first run
	}
	fmt.Printf("\n%-30s %12s %12s %12s\n", "gain control, dBFS in", "dBFS out", "dB/s up", "dB/s down")
	for _, in := range levels {
		level, up, down := 0.0, 0.0, 0.0
		for seed := range uint64(4) {
			l, u, d := controlled(b, 16000, in, 41+seed)
			level, up, down = level+l/4, max(up, u), max(down, d)
		}
		fmt.Printf("%-30v %12.1f %12.1f %12.1f\n", in, level, up, down)
	}
}

// Speech of -40 to -6 dBFS comes out within 4 dB of -23, and the gain
// rises no faster than told. It may fall faster: a shout is brought down at once.
func TestGainIsControlled(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for _, in := range []float64{-40, -20, -6} {
			level, up, down := controlled(t, rate, in, 41)
			if math.Abs(level+23) > 4 || up > rise+2 || down > 40 {
				t.Errorf("%v dBFS at %d Hz: comes out at %.1f, gain moves %.1f dB/s up, %.1f down", in, rate, level, up, down)
			}
		}
	}
}
