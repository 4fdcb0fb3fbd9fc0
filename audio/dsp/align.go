package dsp

// Choices of the aligner; lags in samples at coarseRate, times in comparisons.
const (
	// headroom is how much earlier than the strongest path the canceller begins:
	// in a room a reflection may be stronger than the direct way.
	headroom = 8 * coarseRate / 1000
	// The strongest path may wander this far into the canceller's tail before it
	// is aligned anew, which costs all that it has learnt.
	nearest  = 2 * coarseRate / 1000
	farthest = 32 * coarseRate / 1000
	// Estimates within alike are one path.
	alike = 2 * coarseRate / 1000
	// An estimate of this strength counts; independent speech on both sides
	// reaches 11 for moments.
	strong     = 11
	verystrong = 15
	// So many that agree are believed, or one less of the very strong.
	enough = 3
	// After so many without a strong one, about 10 s of speech of the far end,
	// there is no echo: a headset was plugged in.
	patience = 80
)

// aligner decides from estimates which sample that was played belongs to one
// that is heard.
type aligner struct {
	engaged   bool
	shift     int64 // places between both, at coarseRate
	candidate float64
	agreed    int
	without   int // comparisons since the last strong one
}

// consider takes an estimate and says whether the alignment has changed.
func (a *aligner) consider(e estimate) (changed bool) {
	if e.strength < strong {
		a.agreed = 0
		a.without++
		return a.giveUp()
	}
	a.without = 0
	if d := e.delay - a.candidate; d < -alike || d > alike {
		a.agreed = 0
	}
	a.candidate = e.delay
	a.agreed++
	if e.strength >= verystrong {
		a.agreed = max(a.agreed, min(a.agreed+1, enough))
	}
	if a.agreed < enough || a.fits(e.delay) {
		return false
	}
	a.engaged, a.shift = true, int64(e.delay)-headroom
	return true
}

// fits says whether the canceller reaches a path of this delay as it is.
func (a *aligner) fits(delay float64) bool {
	into := delay - float64(a.shift)
	return a.engaged && into >= nearest && into <= farthest
}

func (a *aligner) giveUp() bool {
	if !a.engaged || a.without < patience {
		return false
	}
	a.engaged = false
	return true
}

// move follows a jump of the places themselves, after a pause of either side.
func (a *aligner) move(by int64) {
	a.shift += by
	a.agreed = 0
}
