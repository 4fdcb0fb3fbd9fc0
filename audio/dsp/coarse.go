package dsp

import (
	"math"

	"star18/audio"
)

// coarse brings a stream down to the rates at which it is looked at.
type coarse struct {
	resampler *audio.Resampler // to toneRate
	tone      []int16          // of the present block
	half      halver
	out       []float32 // the same at coarseRate
}

func newCoarse(rate int) (*coarse, error) {
	r, err := audio.NewResampler(rate, toneRate)
	if err != nil {
		return nil, err
	}
	n := samplesIn(block, toneRate)
	return &coarse{resampler: r, tone: make([]int16, 0, 2*n), out: make([]float32, 0, n+1)}, nil
}

// take returns what one block adds at both rates, valid until the next call.
func (c *coarse) take(pcm []int16) (tone []int16, low []float32) {
	c.tone, c.out = c.tone[:cap(c.tone)], c.out[:0]
	n, _ := c.resampler.Process(c.tone, pcm)
	c.tone = c.tone[:n]
	for _, s := range c.tone {
		if v, ok := c.half.step(float32(s)); ok {
			c.out = append(c.out, v)
		}
	}
	return c.tone, c.out
}

// halfTaps is the length of the half-band filter: enough to stop what would fold
// below 1800 Hz.
const halfTaps = 31

var halfBand = makeHalfBand()

// makeHalfBand is a windowed sinc (Hamming) that cuts at a quarter of the rate.
func makeHalfBand() (h [halfTaps]float32) {
	middle := halfTaps / 2
	for i := range h {
		x := float64(i - middle)
		w := 0.54 + 0.46*math.Cos(math.Pi*x/float64(middle+1))
		if x == 0 {
			h[i] = 0.5
			continue
		}
		h[i] = float32(w * math.Sin(math.Pi*x/2) / (math.Pi * x))
	}
	return h
}

// halver halves the rate of a stream.
type halver struct {
	past [halfTaps]float32
	at   int
	odd  bool
}

// step takes a sample and gives one for every second.
func (h *halver) step(s float32) (float32, bool) {
	h.past[h.at] = s
	h.at = (h.at + 1) % halfTaps
	h.odd = !h.odd
	if h.odd {
		return 0, false
	}
	var sum float32
	for i, c := range halfBand {
		sum += c * h.past[(h.at+i)%halfTaps]
	}
	return sum, true
}
