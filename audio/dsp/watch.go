package dsp

// watch notices a canceller that adds sound in place of removing it.
type watch struct{ before, after float64 }

// Choices: an average over some 0.3 s that has grown by 2 dB above the least
// sound worth measuring (-60 dBFS) is divergence.
const (
	watchMemory = 0.97
	worse       = 1.6
	leastWatch  = 1000
)

// diverged takes the energies of a block, per sample, and begins anew when it
// says so.
func (w *watch) diverged(before, after float64) bool {
	w.before = watchMemory*w.before + (1-watchMemory)*before
	w.after = watchMemory*w.after + (1-watchMemory)*after
	if w.before < leastWatch || w.after < worse*w.before {
		return false
	}
	*w = watch{}
	return true
}
