package portaudio

import (
	"errors"
	"sync/atomic"
	"time"

	"star18/audio"
)

// Bounds on the pace of a card. A device that calls back as fast as it can (the
// null and file devices of ALSA do) would flood the network.
const (
	fastest    = 2           // times real time, beyond
	headStart  = time.Second // that a card may prefetch
	firstSound = 3 * time.Second
	evenAfter  = 200 * time.Millisecond // of calling back
)

// Bounds on a card that is late.
const (
	// patience is how long a frame waits for a card: within it a pacer can make
	// up for the time lost. Three of the card's blocks, if they are longer.
	patience = 60 * time.Millisecond
	// stallLimit is how long a card may not call back.
	stallLimit = 500 * time.Millisecond
)

// heart watches the callbacks of one direction: it wakes who waits for them,
// and tells when they stop or race.
type heart struct {
	rate    int
	wake    chan struct{} // holds one beat; the callback never waits for it
	timer   *time.Timer   // of the goroutine that waits
	started time.Time
	frames  atomic.Int64
	largest atomic.Int64 // block of late, and
	before  atomic.Int64 // of the blockMemory before
	since   int          // samples of late; of the callback
	last    atomic.Int64 // beat, in nanoseconds since started
	late    bool         // of the goroutine that waits: no beat since it lost patience
}

// blockMemory is how long the size of a block counts, once and up to twice; our
// own choice.
const blockMemory = 5 * time.Second

// errNoBeat: the time was up first.
var errNoBeat = errors.New("no beat")

func newHeart(rate int) *heart {
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	return &heart{rate: rate, wake: make(chan struct{}, 1), timer: timer, started: time.Now()}
}

// beat is called back for every n samples. It returns how long the beat before
// was ago.
func (h *heart) beat(n int) time.Duration {
	now := int64(time.Since(h.started))
	pause := now - h.last.Swap(now)
	h.frames.Add(int64(n))
	if h.since += n; h.since > inSamples(blockMemory, h.rate) {
		h.before.Store(h.largest.Swap(0))
		h.since = 0
	}
	if int64(n) > h.largest.Load() {
		h.largest.Store(int64(n))
	}
	select {
	case h.wake <- struct{}{}:
	default:
	}
	return time.Duration(pause)
}

// block is the most samples that the card asked for at once of late. What it
// wants after a hiccup, up to all that it can hold, must not count for ever.
func (h *heart) block() int { return int(max(h.largest.Load(), h.before.Load())) }

// wait returns at the next beat. Without one in time it returns audio.ErrLate,
// then at once until there is one, and in the end ErrStalled.
func (h *heart) wait(closed <-chan struct{}) error {
	limit := max(patience, 3*time.Duration(h.block())*time.Second/time.Duration(h.rate))
	if h.late {
		limit = 0
	}
	err := h.waitFor(limit, closed)
	h.late = err == errNoBeat
	if !h.late {
		return err
	}
	if time.Since(h.started)-time.Duration(h.last.Load()) > stallLimit {
		return ErrStalled
	}
	return audio.ErrLate
}

// waitFor returns at the next beat, or with errNoBeat.
func (h *heart) waitFor(limit time.Duration, closed <-chan struct{}) error {
	select { // a beat that is there comes before a time that is up
	case <-h.wake:
		return h.paced()
	case <-closed:
		return audio.ErrClosed
	default:
	}
	if limit <= 0 {
		return errNoBeat
	}
	h.timer.Reset(limit)
	defer h.timer.Stop()
	select {
	case <-h.wake:
		return h.paced()
	case <-closed:
		return audio.ErrClosed
	case <-h.timer.C:
		return errNoBeat
	}
}

// even says that the card has kept to real time for a while. One that does not
// must never call back in real-time priority: it would leave no time to others.
func (h *heart) even() bool { return time.Since(h.started) > evenAfter && h.paced() == nil }

// paced says whether the card keeps to real time.
func (h *heart) paced() error {
	allowed := (fastest*time.Since(h.started) + headStart).Seconds() * float64(h.rate)
	if float64(h.frames.Load()) > allowed {
		return ErrUnpaced
	}
	return nil
}
