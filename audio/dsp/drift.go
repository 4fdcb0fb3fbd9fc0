package dsp

import "math"

// Choices for two clocks that differ, as those of a microphone and a loudspeaker
// on two devices do; lags in samples at coarseRate, times in comparisons.
const (
	// Estimates that change by no more than smooth are one path that moves; one
	// that leaps is another path.
	smooth = 0.4
	// Over so many it must have moved by so much (35 parts in a million) to count:
	// what stands still is left alone.
	driftSpan  = 24
	driftLeast = 0.4
	// The loop that follows: shares of the error that correct place and rate. It
	// settles within some 10 s; a faster one would pass on the noise of the
	// estimates, which costs echo too.
	placeShare = 0.05
	rateShare  = 0.0008 / hop
	// mostDrift is beyond any pair of quartzes.
	mostDrift = 500e-6
)

// drift follows a delay that changes steadily, so that the canceller does not have
// to: what was played is given to it at places between its samples.
type drift struct {
	active bool
	slid   float64 // by how much the delay has changed
	rate   float64 // and changes with each sample

	first, last float64 // of the estimates that are one path
	count       int
	other       float64 // by how much the present path is another than the canceller's
}

// observe takes the delay without what is known of it, and how far that is from
// where the canceller has it.
func (d *drift) observe(delay, off float64) {
	leapt := math.Abs(delay-d.last) > smooth
	d.last = delay
	if leapt {
		d.first, d.count, d.other = delay, 0, off
		return
	}
	if off -= d.other; d.active {
		d.slid += placeShare * off
		d.rate = max(-mostDrift, min(mostDrift, d.rate+rateShare*off))
		return
	}
	if d.count++; d.count < driftSpan {
		return
	}
	if moved := delay - d.first; math.Abs(moved) > driftLeast {
		d.active, d.rate = true, moved/float64(d.count*hop)
		d.slid += off
	}
	d.first, d.count = delay, 0
}

// settle tells that the present path is the canceller's from now on.
func (d *drift) settle() { d.other = 0 }

func (d *drift) advance(n int) {
	if d.active {
		d.slid += d.rate * float64(n)
	}
}

// Choices of the filter that finds a sample between others.
const (
	betweenTaps   = 16
	betweenPhases = 64
)

var between = makeBetween()

// makeBetween is a sinc under a window of Hann, for each phase.
func makeBetween() (table [betweenPhases + 1][betweenTaps]float32) {
	const half = betweenTaps / 2
	for p := range table {
		sum := 0.0
		var exact [betweenTaps]float64
		for k := range exact {
			x := float64(k-half+1) - float64(p)/betweenPhases
			exact[k] = 0.5 + 0.5*math.Cos(math.Pi*x/(half+1))
			if x != 0 {
				exact[k] *= math.Sin(math.Pi*x) / (math.Pi * x)
			}
			sum += exact[k]
		}
		for k, v := range exact {
			table[p][k] = float32(v / sum)
		}
	}
	return table
}

// interpolate fills dst with what lies a fraction after each sample of src, which
// has betweenTaps-1 more: half of those before.
func interpolate(dst, src []int16, fraction float64) {
	phase := fraction * betweenPhases
	p := int(phase)
	share := float32(phase - float64(p))
	var taps [betweenTaps]float32
	for k := range taps {
		taps[k] = between[p][k] + share*(between[p+1][k]-between[p][k])
	}
	for i := range dst {
		var sum float32
		for k, t := range taps {
			sum += t * float32(src[i+k])
		}
		dst[i] = saturate(float64(sum))
	}
}
