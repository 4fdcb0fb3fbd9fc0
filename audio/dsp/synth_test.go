package dsp

import (
	"math"
	"math/rand/v2"
)

// talk is speech-like: a glottal pulse train of wandering pitch, or noise for
// consonants, through three resonances that change with each syllable, in bursts
// of a talker's rhythm with pauses. It is made, not recorded: there is nobody
// here to record.
func talk(rate, n int, seed uint64, level float64) []int16 {
	r := rand.New(rand.NewPCG(seed, 0x5eed))
	out := make([]float64, n)
	for at := 0; at < n; {
		long := samplesInMS(90+r.IntN(180), rate)
		if r.IntN(6) == 0 {
			at += samplesInMS(100+r.IntN(500), rate) // a pause
			continue
		}
		syllable(out[at:min(n, at+long)], rate, r)
		at += long + samplesInMS(r.IntN(40), rate)
	}
	return leveled(out, level)
}

func samplesInMS(ms, rate int) int { return ms * rate / 1000 }

func syllable(out []float64, rate int, r *rand.Rand) {
	pitch := 95 + 130*r.Float64()
	glide := (r.Float64() - 0.5) * 0.4
	voiced := r.IntN(5) != 0
	loud := math.Pow(10, -12*r.Float64()/20)
	formants := [3]resonance{
		newResonance(rate, 250+600*r.Float64(), 80),
		newResonance(rate, 900+1300*r.Float64(), 110),
		newResonance(rate, 2300+900*r.Float64(), 160),
	}
	if !voiced {
		formants[0] = newResonance(rate, 1800+1500*r.Float64(), 900)
	}
	phase := 0.0
	for i := range out {
		t := float64(i) / float64(len(out))
		source := 0.12 * r.NormFloat64()
		if voiced {
			source *= 0.15
			if phase += pitch * (1 + glide*t) / float64(rate); phase >= 1 {
				phase--
				source += 3
			}
		}
		v := 0.0
		for k := range formants {
			v += formants[k].step(source) / float64(k+1)
		}
		out[i] += loud * math.Sin(math.Pi*t) * v
	}
}

// resonance is a two-pole filter.
type resonance struct{ a1, a2, gain, y1, y2 float64 }

func newResonance(rate int, hz, width float64) resonance {
	radius := math.Exp(-math.Pi * width / float64(rate))
	return resonance{a1: 2 * radius * math.Cos(2*math.Pi*hz/float64(rate)), a2: -radius * radius, gain: 1 - radius}
}

func (f *resonance) step(x float64) float64 {
	y := f.gain*x + f.a1*f.y1 + f.a2*f.y2
	f.y1, f.y2 = y, f.y1
	return y
}

// leveled scales to a level in dBFS (of the mean square, pauses left out).
func leveled(x []float64, dbfs float64) []int16 {
	scale := 32768 * math.Pow(10, dbfs/20) / active(x)
	out := make([]int16, len(x))
	for i, v := range x {
		out[i] = int16(max(-32768, min(32767, math.Round(v*scale))))
	}
	return out
}

// active is the root mean square of what is not a pause.
func active(x []float64) float64 {
	peak, sum, n := 0.0, 0.0, 0
	for _, v := range x {
		peak = max(peak, math.Abs(v))
	}
	const part = 160
	for i := 0; i+part <= len(x); i += part {
		e := 0.0
		for _, v := range x[i : i+part] {
			e += v * v
		}
		if e/part > peak*peak*1e-4 {
			sum, n = sum+e, n+part
		}
	}
	return math.Sqrt(sum / float64(max(1, n)))
}

// room is a loudspeaker and the way from it to the microphone: a direct path
// after delay, reflections that decay by 60 dB in reverb, and a loudspeaker that
// compresses a little (a cubic term).
type room struct {
	rate   int
	delay  float64 // seconds
	reverb float64 // seconds
	loss   float64 // dB between the loudspeaker's and the microphone's level
	bend   float64 // of the loudspeaker: share of the cube at full scale
	tail   []float64
}

func newRoom(rate int, delay, reverb, loss float64) *room {
	m := &room{rate: rate, delay: delay, reverb: reverb, loss: loss, bend: 0.1}
	r := rand.New(rand.NewPCG(7, 11))
	n := int(reverb * float64(rate))
	m.tail = make([]float64, n)
	sum := 0.0
	for i := range m.tail {
		v := r.NormFloat64() * math.Pow(10, -3*float64(i)/float64(n)) * 0.1
		if i == 0 {
			v = 1
		} else if i < rate/1000 {
			v = 0
		}
		m.tail[i] = v
		sum += v * v
	}
	scale := math.Pow(10, -loss/20) / math.Sqrt(sum)
	for i := range m.tail {
		m.tail[i] *= scale
	}
	return m
}

// echo is what of the sound played reaches the microphone.
func (m *room) echo(played []int16) []float64 {
	n := len(played)
	bent := make([]float64, n)
	for i, s := range played {
		x := float64(s) / 32768
		bent[i] = 32768 * (x - m.bend*x*x*x)
	}
	return delayed(fastConvolve(bent, m.tail), m.delay*float64(m.rate))
}

// delayed shifts by whole samples.
func delayed(x []float64, by float64) []float64 {
	out := make([]float64, len(x))
	n := int(math.Round(by))
	if n < len(x) {
		copy(out[n:], x)
	}
	return out
}

// drifted is what a clock that runs slower by so many parts in a million makes of
// a sound: each sample is taken a little later than the one before.
func drifted(x []float64, ppm float64) []float64 {
	out := make([]float64, len(x))
	const half = 16
	for i := range out {
		at := float64(i) * (1 + ppm*1e-6)
		whole := int(at)
		for k := whole - half + 1; k <= whole+half; k++ {
			if k < 0 || k >= len(x) {
				continue
			}
			d := at - float64(k)
			w := 0.5 + 0.5*math.Cos(math.Pi*d/half)
			if d != 0 {
				w *= math.Sin(math.Pi*d) / (math.Pi * d)
			}
			out[i] += w * x[k]
		}
	}
	return out
}

// microphone adds what else there is and makes samples of it.
func microphone(parts ...[]float64) []int16 {
	out := make([]int16, len(parts[0]))
	for i := range out {
		sum := 0.0
		for _, p := range parts {
			sum += p[i]
		}
		out[i] = int16(max(-32768, min(32767, math.Round(sum))))
	}
	return out
}

func hiss(n int, seed uint64, dbfs float64) []float64 {
	r := rand.New(rand.NewPCG(seed, 3))
	out := make([]float64, n)
	for i := range out {
		out[i] = r.NormFloat64() * 32768 * math.Pow(10, dbfs/20)
	}
	return out
}

func floats(x []int16) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

// fastConvolve adds overlapping pieces that were multiplied as spectra; single
// precision is 100 dB better than 16 bits.
func fastConvolve(x, h []float64) []float64 {
	size := 1
	for size < 4*len(h) {
		size *= 2
	}
	f := newFFT(size)
	spectrum, piece := make([]complex64, size), make([]complex64, size)
	for i, v := range h {
		spectrum[i] = complex(float32(v), 0)
	}
	f.transform(spectrum)
	out := make([]float64, len(x)+size)
	step := size - len(h)
	for at := 0; at < len(x); at += step {
		clear(piece)
		for i, v := range x[at:min(len(x), at+step)] {
			piece[i] = complex(float32(v), 0)
		}
		f.transform(piece)
		for i := range piece {
			piece[i] = conj(piece[i] * spectrum[i]) // so that the next one is the inverse
		}
		f.transform(piece)
		for i, v := range piece {
			out[at+i] += float64(real(v)) / float64(size)
		}
	}
	return out[:len(x)]
}
