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
	shift     int64   // places between both, at coarseRate
	at        float64 // the delay when the canceller began
	candidate float64
	agreed    int
	without   int // comparisons since the last strong one
}

// consider takes an estimate, and whether the canceller works as it is aligned. It
// says whether the alignment has changed.
func (a *aligner) consider(e estimate, works bool) (changed bool) {
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
	if a.agreed < enough || a.fits(e.delay, works) {
		return false
	}
	a.engaged, a.shift, a.at = true, int64(e.delay)-headroom, e.delay
	return true
}

// fits says whether the canceller may stay as it is with a path of this delay: it
// reaches it, and the path is the one that it has learnt, or it works all the same.
func (a *aligner) fits(delay float64, works bool) bool {
	into := delay - float64(a.shift)
	reached := into >= nearest && into <= farthest
	same := delay-a.at >= -alike && delay-a.at <= alike
	return a.engaged && reached && (same || works)
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
	a.at += float64(by)
	a.agreed = 0
}
