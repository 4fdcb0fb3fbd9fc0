package dsp

import (
	"math"

	"star18/audio"
)

// coreRate is the highest rate at which the arithmetic is done. Above 8 kHz
// speech has little, and a canceller at 48 kHz would learn three times as slowly
// at three times the cost.
const coreRate = 16000

// stage is what a device does with its sound.
type stage interface {
	play(pcm []int16)
	hear(pcm []int16)
	resume()
}

// wide lets sound of a higher rate through a chain at coreRate. What lies above
// the band of that goes beside it, and is raised and lowered as the band is:
//
//	in ─┬─ down ─┬─ chain ───── up ──────────────────┐
//	    │        └─ up ─┐                            ▼
//	    └─ delay ───── minus ── delay ── times gain ─ plus ─ out
//
// Both ways are the same length, so a chain that does nothing leaves all as it
// was, 2 ms later than the chain would.
type wide struct {
	chain        *chain
	playedDown   *audio.Resampler
	down         *audio.Resampler
	up, plainUp  *audio.Resampler
	low          queue // at coreRate
	whole, plain queue // at the full rate: after the chain, and without it
	direct, high queue // what is delayed beside them

	played, block []int16 // at coreRate
	a, b          []int16 // at the full rate
	energy        float64 // of the block before, as it came in
	gain          float64 // at its end
}

// While the far end is heard, what lies above the band opens no faster than by
// opening each block, some 80 dB a second: in a sharp consonant of the far end the
// band itself holds too little to tell its echo by. It never closes below shut.
const (
	opening = 1.1
	shut    = 0.001
)

// resamplerDelay is that of one conversion, in samples at coreRate.
const resamplerDelay = 16

func newWide(rate int, c *chain) (*wide, error) {
	n, core := samplesIn(block, rate), samplesIn(block, coreRate)
	once := resamplerDelay * rate / coreRate
	w := &wide{
		chain: c,
		low:   newQueue(3*core, resamplerDelay), whole: newQueue(3*n, once), plain: newQueue(3*n, once),
		direct: newQueue(3*n, 2*once), high: newQueue(3*n, n),
		played: make([]int16, 2*core), block: make([]int16, core), a: make([]int16, n), b: make([]int16, n), gain: 1,
	}
	for _, r := range []struct {
		to     **audio.Resampler
		in, of int
	}{
		{&w.playedDown, rate, coreRate}, {&w.down, rate, coreRate}, {&w.up, coreRate, rate}, {&w.plainUp, coreRate, rate},
	} {
		made, err := audio.NewResampler(r.in, r.of)
		if err != nil {
			return nil, err
		}
		*r.to = made
	}
	return w, nil
}

func (w *wide) play(pcm []int16) {
	n, _ := w.playedDown.Process(w.played, pcm)
	w.chain.play(w.played[:n])
}

func (w *wide) resume() { w.chain.resume() }

func (w *wide) hear(pcm []int16) {
	convert(w.down, &w.low, pcm)
	w.low.take(w.block)
	w.above(pcm)
	before := w.energy
	w.energy = float64(mean(w.block))
	w.chain.hear(w.block)
	from := w.gain
	w.gain = ratio(float64(mean(w.block)), before, from)
	if w.chain.echoing() {
		w.gain = min(w.gain, opening*from+shut)
	}
	convert(w.up, &w.whole, w.block)
	w.whole.take(w.a)
	w.high.take(w.b)
	step := (w.gain - from) / float64(len(pcm))
	for i := range pcm {
		pcm[i] = saturate(float64(w.a[i]) + (from+step*float64(i))*float64(w.b[i]))
	}
}

// above puts what lies above the chain's band into its own delay.
func (w *wide) above(pcm []int16) {
	convert(w.plainUp, &w.plain, w.block)
	w.plain.take(w.a)
	copy(w.direct.room(), pcm)
	w.direct.grow(len(pcm))
	w.direct.take(w.b)
	room := w.high.room()
	for i := range pcm {
		room[i] = saturate(float64(w.b[i]) - float64(w.a[i]))
	}
	w.high.grow(len(pcm))
}

// ratio is the gain that a block was given; as before if there was nothing.
func ratio(after, before, old float64) float64 {
	const most = 8 // agcMost
	if before < 1 {
		return old
	}
	return min(most, math.Sqrt(after/before))
}

func convert(r *audio.Resampler, to *queue, pcm []int16) {
	n, _ := r.Process(to.room(), pcm)
	to.grow(n)
}

func saturate(v float64) int16 { return int16(math.Round(max(-32768, min(32767, v)))) }
