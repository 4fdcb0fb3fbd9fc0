package say

import (
	"os/signal"
	"sync"
	"syscall"
	"time"

	"star18/ua"
)

// Told is an event with its circumstances.
type Told struct {
	At   time.Time
	Call string // "" for the line's own events
	ua.Event

	// Account is the line's name, where there are several.
	Account string
}

// Teller puts an event into words.
type Teller interface{ Tell(Told) }

// Queue takes events from the goroutine of a call, which must not wait for a
// terminal, and tells them in order from one of its own.
type Queue struct {
	// Account goes with every event; to be set before the first one.
	Account string

	tellers []Teller
	mu      sync.Mutex
	waiting []Told
	closed  bool
	wake    chan struct{}
	done    chan struct{}
}

// closeLimit is how long Close waits for somebody who does not read: a full
// pipe, a stopped terminal.
const closeLimit = 5 * time.Second

// NewQueue starts the telling. From here on a reader that has gone away, as of
// "| head", no longer ends the program by a signal: a call goes on without being
// told, and says BYE.
func NewQueue(tellers ...Teller) *Queue {
	signal.Ignore(syscall.SIGPIPE)
	q := &Queue{tellers: tellers, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go q.run()
	return q
}

// Post never blocks. What is posted after Close is lost.
func (q *Queue) Post(call string, ev ua.Event) {
	q.mu.Lock()
	if !q.closed {
		q.waiting = append(q.waiting, Told{time.Now(), call, ev, q.Account})
	}
	q.mu.Unlock()
	q.nudge()
}

// Close tells what is waiting and ends; it gives up if nobody takes it.
func (q *Queue) Close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.nudge()
	select {
	case <-q.done:
	case <-time.After(closeLimit):
	}
}

func (q *Queue) nudge() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *Queue) run() {
	defer close(q.done)
	for range q.wake {
		events, closed := q.take()
		for _, ev := range events {
			for _, t := range q.tellers {
				t.Tell(ev)
			}
		}
		if closed {
			return
		}
	}
}

func (q *Queue) take() ([]Told, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	events := q.waiting
	q.waiting = nil
	return events, q.closed
}
