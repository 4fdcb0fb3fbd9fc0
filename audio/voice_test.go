package audio

import (
	"math"
	"math/rand/v2"
)

// The voice of the tests: glottal pulses or noise through four resonators, with
// a moving pitch, vowels that glide, fricatives, pauses and a faint background.

// phone is a sound of the voice.
type phone struct {
	seconds  float64
	formants [4]float64
	voiced   float64 // amplitude of the pulses
	noise    float64 // amplitude of the breath
}

// alphabet is enough of a language to have everything that concealment meets.
// Formants of vowels after Peterson and Barney (1952), men.
var alphabet = []phone{
	{0.25, [4]float64{730, 1090, 2440, 3400}, 1, 0.01},   // a
	{0.22, [4]float64{270, 2290, 3010, 3500}, 1, 0.01},   // i
	{0.20, [4]float64{300, 870, 2240, 3300}, 1, 0.01},    // u
	{0.22, [4]float64{530, 1840, 2480, 3400}, 1, 0.01},   // e
	{0.25, [4]float64{570, 840, 2410, 3300}, 1, 0.01},    // o
	{0.10, [4]float64{250, 1200, 2200, 3200}, 0.6, 0.01}, // n
	{0.09, [4]float64{1500, 2500, 3300, 3700}, 0, 2},     // s
	{0.07, [4]float64{1200, 1800, 2700, 3500}, 0, 0.7},   // f
	{0.08, [4]float64{300, 1500, 2500, 3400}, 0.4, 0.3},  // z
	{0.05, [4]float64{500, 1500, 2500, 3500}, 0, 0},      // the closure of a plosive
	{0.02, [4]float64{1700, 2300, 3000, 3600}, 0, 2},     // and its burst
	{0.20, [4]float64{500, 1500, 2500, 3500}, 0, 0},      // pause
}

// How much the periods of a healthy voice differ in length and in strength.
const (
	jitter  = 0.007
	shimmer = 0.04
)

// loudness of the formants, in parallel, with the signs that fill the valleys
// between them.
var loudness = [4]float64{1, -0.6, 0.4, -0.25}

// voice makes about that many seconds of speech-like sound with a peak of half
// of full scale. The same seed makes the same sound.
func voice(rate int, seconds float64, pitch float64, seed uint64) []int16 {
	random := rand.New(rand.NewPCG(seed, 7))
	pcm := make([]float64, int(seconds*float64(rate)))
	var mouth [4]resonator
	last := alphabet[0]
	phase, peak, uneven, strength := 0.0, 0.0, 1.0, 1.0
	for at := 0; at < len(pcm); {
		p := alphabet[random.IntN(len(alphabet))]
		n := int(p.seconds * (0.7 + 0.6*random.Float64()) * float64(rate))
		for i := 0; i < n && at < len(pcm); i, at = i+1, at+1 {
			glide := min(1, float64(i)/(0.03*float64(rate)))
			t := float64(at) / float64(rate)
			hz := pitch * (1 + 0.15*math.Sin(2*math.Pi*0.4*t) + 0.02*math.Sin(2*math.Pi*4.7*t))
			phase += hz * uneven / float64(rate)
			if phase >= 1 {
				phase--
				uneven, strength = 1+jitter*random.NormFloat64(), 1+shimmer*random.NormFloat64()
			}
			breath := random.NormFloat64() * lerp(last.noise, p.noise, glide)
			source := strength*pulse(phase)*lerp(last.voiced, p.voiced, glide) + breath
			for k := range mouth {
				hz := lerp(last.formants[k], p.formants[k], glide)
				pcm[at] += loudness[k] * mouth[k].step(source, hz, float64(rate))
			}
			peak = max(peak, math.Abs(pcm[at]))
		}
		last = p
	}
	out := make([]int16, len(pcm))
	for i, v := range pcm {
		out[i] = clip(v/peak*16000 + 8*random.NormFloat64())
	}
	return out
}

func lerp(a, b, t float64) float64 { return a + (b-a)*t }

// pulse is the flow through the glottis in one period, after Rosenberg (1971),
// differentiated: what the lips radiate.
func pulse(phase float64) float64 {
	const opening, closing = 0.4, 0.16
	switch {
	case phase < opening:
		return 0.5 * math.Sin(math.Pi*phase/opening) * math.Pi / opening / 8
	case phase < opening+closing:
		return -math.Sin(math.Pi/2*(phase-opening)/closing) * math.Pi / closing / 16
	}
	return 0
}

// resonator is a formant of 60 Hz and more bandwidth, of unit gain at its peak.
type resonator struct{ a, b float64 }

func (r *resonator) step(in, hz, rate float64) float64 {
	width := 60 + hz/25
	radius := math.Exp(-math.Pi * width / rate)
	turn := 2 * radius * math.Cos(2*math.Pi*hz/rate)
	peak := (1 - radius) * math.Sqrt(1-2*radius*math.Cos(4*math.Pi*hz/rate)+radius*radius)
	out := peak*in + turn*r.a - radius*radius*r.b
	r.a, r.b = out, r.a
	return out
}
