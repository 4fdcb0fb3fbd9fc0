package rtpstream

import "time"

// trialTime is how long after the first authentic packet the peer may still
// change its transform.
const trialTime = 5 * time.Second

// candidate is a transform that the peer may use.
type candidate struct {
	name  *Transform
	place int // in the list of the keys
	opener
}

// trial finds the transform of the peer, since no message names it: the one
// that the last packet had, then every other one. After trialTime the last one
// stays. It belongs to the receive goroutine.
type trial struct {
	candidates []candidate // the last one to authenticate comes first
	begun      bool
	ends       time.Duration
}

// enabled are the transforms that a packet may have now, in order.
func (t *trial) enabled(now time.Duration) []candidate {
	if t.begun && now >= t.ends {
		return t.candidates[:1]
	}
	return t.candidates
}

// found puts a transform that a packet had before the others.
func (t *trial) found(n int, now time.Duration) {
	if !t.begun {
		t.begun, t.ends = true, now+trialTime
	}
	c := t.candidates[n]
	copy(t.candidates[1:n+1], t.candidates[:n])
	t.candidates[0] = c
}
