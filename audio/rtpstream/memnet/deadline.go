package memnet

import (
	"sync"
	"time"
)

// deadline is a moment that a goroutine can select on and that others can move
// while it waits. The channel is replaced only after it has been closed, so a
// waiting reader sees the new moment too.
type deadline struct {
	mu    sync.Mutex
	timer *time.Timer
	over  chan struct{}
}

func newDeadline() *deadline {
	return &deadline{over: make(chan struct{})}
}

// wait returns a channel that is closed when the deadline passes.
func (d *deadline) wait() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.over
}

// set moves the deadline; the zero time takes it away.
func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil && !d.timer.Stop() {
		<-d.over // the old timer fires just now: it must not close the new channel
	}
	d.timer = nil
	select {
	case <-d.over:
		d.over = make(chan struct{})
	default:
	}
	d.arm(t)
}

// arm starts the timer. The caller holds the lock.
func (d *deadline) arm(t time.Time) {
	if t.IsZero() {
		return
	}
	over := d.over
	if wait := time.Until(t); wait > 0 {
		d.timer = time.AfterFunc(wait, func() { close(over) })
		return
	}
	close(over)
}
