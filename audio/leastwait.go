package audio

import "time"

// leastSpan is how many packets tell how long packets wait at least, once and
// up to twice.
const leastSpan = 32

// leastWait is how long packets have waited of late, at least. A device whose
// frames are not as long as packets, or that asks in fits, asks at times early
// and at times late; what matters is whether a packet is there when it is early.
type leastWait struct {
	this, before time.Duration // the least of this span and of the one before
	seen         int           // packets in this span
}

func (w *leastWait) set(wait time.Duration) { *w = leastWait{this: wait, before: wait} }

// shift accounts for a delay that was changed on purpose.
func (w *leastWait) shift(by time.Duration) {
	w.this += by
	w.before += by
}

func (w *leastWait) see(wait time.Duration) {
	if w.seen++; w.seen > leastSpan {
		w.before, w.this, w.seen = w.this, wait, 1
	}
	w.this = min(w.this, wait)
}

func (w *leastWait) get() time.Duration { return min(w.this, w.before) }
