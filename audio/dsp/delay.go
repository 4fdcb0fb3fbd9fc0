package dsp

import "math"

// Choices of the delay estimator; places and lags count samples at coarseRate.
const (
	fftSize = 4096
	// segment is how much of what was heard is compared at a time, 512 ms: some
	// syllables. What was played is compared with it at every lag up to span.
	segment = fftSize / 2
	span    = fftSize - segment
	// hop is the time between two comparisons, 128 ms.
	hop = 512
	// memory is the weight of what was known before, with each hop: a time
	// constant of 0.6 s.
	memory = 0.85
	// lowBin and highBin bound the band that is compared, 250 to 1750 Hz: below
	// there is hum, above the filters.
	lowBin  = 250 * fftSize / coarseRate
	highBin = 1750 * fftSize / coarseRate
	// hollow keeps bins in which there is nothing (of a share of about 1/1536 each)
	// from counting like the others: 20 dB below the mean.
	hollow = 1e-2 / (highBin - lowBin)
	// leastLevel is the mean square of what was played that is worth comparing,
	// about -57 dBFS in the band.
	leastLevel = 2000
)

// estimate is what one comparison found.
type estimate struct {
	delay    float64 // what is heard at place p was played at p - delay
	strength float64 // how far the peak stands out of the rest of the correlation
}

// estimator finds the delay between what is played and what is heard. It
// averages the cross-spectrum of both over time and divides by the power of each
// (the smoothed coherence transform of Carter, Nuttall and Cable, 1973), which
// leaves a peak for each way that sound takes and flattens the periods of
// speech. Both streams are told apart by place only, so how the goroutines are
// scheduled does not matter.
type estimator struct {
	fft    *fft
	cross  []complex64
	played []float32 // power of what was played
	heard  []float32
	work   []complex64
	window []float32 // of Hann, for a segment
	one    []float32 // what is compared
	sought []float32 // the correlation by lag
	fresh  int       // samples since the last comparison
	anchor int64     // the least delay that is sought
}

func newEstimator() *estimator {
	bins := highBin - lowBin
	window := make([]float32, segment)
	for i := range window {
		window[i] = float32(0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/segment))
	}
	return &estimator{
		window: window,
		fft:    newFFT(fftSize),
		cross:  make([]complex64, bins), played: make([]float32, bins), heard: make([]float32, bins),
		work: make([]complex64, fftSize), one: make([]float32, fftSize), sought: make([]float32, span),
	}
}

// restart forgets everything and seeks delays from anchor on.
func (e *estimator) restart(anchor int64) {
	clear(e.cross)
	clear(e.played)
	clear(e.heard)
	e.anchor, e.fresh = anchor, 0
}

// advance tells that n more samples were heard, and compares when it is time.
func (e *estimator) advance(n int, played, heard *history[float32]) (estimate, bool) {
	if e.fresh += n; e.fresh < hop {
		return estimate{}, false
	}
	e.fresh -= hop
	if !e.compare(played, heard) {
		return estimate{}, false
	}
	return e.peak(), true
}

// compare adds the last segment to the averages, if something was played.
func (e *estimator) compare(played, heard *history[float32]) bool {
	from := heard.end - segment
	heard.at(e.one[:segment], from)
	for i, s := range e.one[:segment] {
		e.work[i] = complex(s*e.window[i], 0)
	}
	clear(e.work[segment:])
	played.at(e.one, from-e.anchor-span)
	var level float32
	for i, s := range e.one {
		e.work[i] += complex(0, s)
		level += s * s
	}
	if level < leastLevel*fftSize {
		return false
	}
	e.fft.transform(e.work) // both real signals at once
	e.average()
	return true
}

// average adds the spectra to the averages, the loud as much as the soft.
func (e *estimator) average() {
	var hh, pp float32
	for i := range e.cross {
		h, p := e.bins(i)
		hh, pp = hh+power(h), pp+power(p)
	}
	if hh == 0 || pp == 0 {
		return
	}
	loud, soft := float32(1/math.Sqrt(float64(hh))), float32(1/math.Sqrt(float64(pp)))
	for i := range e.cross {
		h, p := e.bins(i)
		h, p = h*complex(loud, 0), p*complex(soft, 0)
		e.cross[i] = memory*e.cross[i] + (1-memory)*p*conj(h)
		e.played[i] = memory*e.played[i] + (1-memory)*power(p)
		e.heard[i] = memory*e.heard[i] + (1-memory)*power(h)
	}
}

// bins takes the spectra of what was heard and played apart again.
func (e *estimator) bins(i int) (heard, played complex64) {
	a, b := e.work[lowBin+i], conj(e.work[fftSize-lowBin-i])
	return (a + b) / 2, (a - b) * complex(0, -0.5)
}

// peak finds the lag at which both agree best.
func (e *estimator) peak() estimate {
	e.correlate()
	best, sum := 0, 0.0
	for d, v := range e.sought {
		if math.Abs(float64(v)) > math.Abs(float64(e.sought[best])) {
			best = d
		}
		sum += float64(v) * float64(v)
	}
	top := math.Abs(float64(e.sought[best]))
	if top == 0 {
		return estimate{}
	}
	return estimate{
		delay:    float64(e.anchor) + float64(best) + e.between(best),
		strength: top / math.Sqrt(sum/span),
	}
}

// correlate computes the correlation for every lag.
func (e *estimator) correlate() {
	clear(e.work)
	for i, c := range e.cross {
		scale := math.Sqrt(float64(e.played[i])*float64(e.heard[i])) + hollow
		g := c * complex(float32(1/scale), 0)
		e.work[lowBin+i], e.work[fftSize-lowBin-i] = conj(g), g
	}
	e.fft.transform(e.work)
	for d := range e.sought {
		e.sought[d] = real(e.work[span-d])
	}
}

// between is where the top of the parabola through a peak lies.
func (e *estimator) between(d int) float64 {
	if d == 0 || d == span-1 {
		return 0
	}
	a, b, c := float64(e.sought[d-1]), float64(e.sought[d]), float64(e.sought[d+1])
	if bend := a - 2*b + c; bend != 0 {
		return max(-0.5, min(0.5, (a-c)/2/bend))
	}
	return 0
}

func conj(c complex64) complex64 { return complex(real(c), -imag(c)) }
func power(c complex64) float32  { return real(c)*real(c) + imag(c)*imag(c) }
