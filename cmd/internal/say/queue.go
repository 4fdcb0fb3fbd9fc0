package say

import (
	"os/signal"
	"slices"
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
// terminal. Each teller is told in order, from a goroutine of its own: a terminal
// that has been stopped keeps no script waiting, and no history unwritten. Who is
// not told for hours misses the oldest events, and is told how many.
type Queue struct {
	// Account goes with every event; to be set before the first one.
	Account string

	mu     sync.Mutex
	closed bool
	lanes  []*lane
}

// lane is what one teller has not been told yet. The queue's lock is its own.
type lane struct {
	Teller
	waiting []Told
	dropped int // events that it will not be told
	wake    chan struct{}
	done    chan struct{}
}

// maxWaiting is our own choice for a teller who has been stopped, be it for days:
// some hours of what comes each second, in a few megabytes.
const maxWaiting = 10_000

// closeLimit is how long Close waits for somebody who does not read: a full
// pipe, a stopped terminal.
const closeLimit = 5 * time.Second

// NewQueue starts the telling. From here on a reader that has gone away, as of
// "| head", no longer ends the program by a signal: a call goes on without being
// told, and says BYE.
func NewQueue(tellers ...Teller) *Queue {
	signal.Ignore(syscall.SIGPIPE)
	q := &Queue{}
	for _, t := range tellers {
		l := &lane{Teller: t, wake: make(chan struct{}, 1), done: make(chan struct{})}
		q.lanes = append(q.lanes, l)
		go q.run(l)
	}
	return q
}

// Post never blocks. What is posted after Close is lost.
func (q *Queue) Post(call string, ev ua.Event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	t := Told{time.Now(), call, ev, q.Account}
	if call == "" && ofNoLine(ev) {
		t.Account = ""
	}
	for _, l := range q.lanes {
		l.add(t)
		l.nudge()
	}
}

// ofNoLine: it is about what the user typed, the computer, or calls of any line.
func ofNoLine(ev ua.Event) bool {
	switch ev.(type) {
	case Reply, ua.DeviceFault, ua.Conference:
		return true
	}
	return false
}

// add makes room first, if there is none: by the oldest event that has
// passed, else by the oldest of all.
func (l *lane) add(t Told) {
	if len(l.waiting) >= maxWaiting {
		oldest := max(0, slices.IndexFunc(l.waiting, Told.passes))
		l.waiting = slices.Delete(l.waiting, oldest, oldest+1)
		l.dropped++
	}
	l.waiting = append(l.waiting, t)
}

// passes: it told of a moment that is over, and changed nothing.
func (t Told) passes() bool {
	switch t.Event.(type) {
	case ua.Stats, ua.TonePlayed:
		return true
	}
	return false
}

// Close tells what is waiting and ends; it gives up if nobody takes it.
func (q *Queue) Close() {
	q.mu.Lock()
	q.closed = true
	for _, l := range q.lanes {
		l.nudge()
	}
	q.mu.Unlock()
	limit := time.After(closeLimit)
	for _, l := range q.lanes {
		select {
		case <-l.done:
		case <-limit:
			return
		}
	}
}

func (l *lane) nudge() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (q *Queue) run(l *lane) {
	defer close(l.done)
	for range l.wake {
		events, dropped, closed := q.take(l)
		if dropped > 0 {
			l.Tell(Told{At: events[0].At, Event: Dropped{dropped}})
		}
		for _, t := range events {
			l.Tell(t)
		}
		if closed {
			return
		}
	}
}

func (q *Queue) take(l *lane) (events []Told, dropped int, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	events, dropped = l.waiting, l.dropped
	l.waiting, l.dropped = nil, 0
	return events, dropped, q.closed
}
