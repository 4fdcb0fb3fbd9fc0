package ua

import "sync"

// inbox is a queue of work for the one goroutine that owns a call. put never
// blocks: it is called from transaction callbacks that hold sipgo's locks, from
// timers and from the media goroutines.
type inbox struct {
	mu     sync.Mutex
	queue  []func()
	wake   chan struct{}
	closed bool
}

func newInbox() *inbox { return &inbox{wake: make(chan struct{}, 1)} }

// put queues fn; after close it is dropped, and put says false.
func (b *inbox) put(fn func()) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.queue = append(b.queue, fn)
	select {
	case b.wake <- struct{}{}:
	default:
	}
	return true
}

// take empties the queue.
func (b *inbox) take() []func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	work := b.queue
	b.queue = nil
	return work
}

// close returns what nobody has taken.
func (b *inbox) close() []func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	left := b.queue
	b.closed, b.queue = true, nil
	return left
}
