package portaudio

import (
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
)

// heart watches the callbacks of one direction: it wakes who waits for them,
// and tells when they stop or race.
type heart struct {
	rate    int
	wake    chan struct{} // holds one beat; the callback never waits for it
	timer   *time.Timer   // of the goroutine that waits
	started time.Time
	frames  atomic.Int64
	largest atomic.Int64
}

func newHeart(rate int) *heart {
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	return &heart{rate: rate, wake: make(chan struct{}, 1), timer: timer, started: time.Now()}
}

// beat is called back for every n samples.
func (h *heart) beat(n int) {
	h.frames.Add(int64(n))
	if int64(n) > h.largest.Load() {
		h.largest.Store(int64(n))
	}
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// block is the most samples that the card asked for at once.
func (h *heart) block() int { return int(h.largest.Load()) }

// wait returns at the next beat.
func (h *heart) wait(closed <-chan struct{}) error {
	return h.waitFor(stallLimit, closed)
}

func (h *heart) waitFor(limit time.Duration, closed <-chan struct{}) error {
	h.timer.Reset(limit)
	defer h.timer.Stop()
	select {
	case <-h.wake:
		return h.paced()
	case <-closed:
		return audio.ErrClosed
	case <-h.timer.C:
		return ErrStalled
	}
}

// paced says whether the card keeps to real time.
func (h *heart) paced() error {
	allowed := (fastest*time.Since(h.started) + headStart).Seconds() * float64(h.rate)
	if float64(h.frames.Load()) > allowed {
		return ErrUnpaced
	}
	return nil
}
