package dsp

// watch notices a canceller that adds sound in place of removing it, and one that
// has ceased to remove.
type watch struct {
	before, after float64
	worked        bool // it did remove, since it began
}

// Choices: the average is over some 0.3 s. One that has grown by 2 dB above the
// least sound worth measuring (-60 dBFS) is divergence. A canceller works that
// removes 10 dB, and does not that removes less than 3.
const (
	watchMemory = 0.97
	worse       = 1.6
	removes     = 0.1
	fails       = 0.5
	leastWatch  = 1000
)

// verdict is what the watch says of a canceller.
type verdict int

// The verdicts.
const (
	fine     verdict = iota
	diverged         // it must begin anew
	lost             // the delay is another, or somebody speaks at this end
)

// String implements fmt.Stringer.
func (v verdict) String() string { return [...]string{"fine", "diverged", "lost"}[v] }

// works says that the canceller has some effect, 6 dB.
func (w *watch) works() bool { return w.after < w.before/4 }

// judge takes the energies of a block, per sample.
func (w *watch) judge(before, after float64) verdict {
	w.before = watchMemory*w.before + (1-watchMemory)*before
	w.after = watchMemory*w.after + (1-watchMemory)*after
	switch {
	case w.before < leastWatch:
	case w.after > worse*w.before:
		return diverged
	case w.after < removes*w.before:
		w.worked = true
	case w.after > fails*w.before && w.worked:
		w.worked = false
		return lost
	}
	return fine
}
