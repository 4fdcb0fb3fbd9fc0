package securecall

import (
	"sync"
	"time"
)

// Limiter narrows the oracle that the protocol forces: the answer to a Final
// tells whether its blocks opened. After 20 failed blocks in an hour it rests
// its identity for an hour, in which Hellos are refused; calls whose Hello was
// accepted before go on. One Limiter serves all calls of an identity and may be
// used by all at once.
type Limiter struct {
	now func() time.Time

	mu       sync.Mutex
	failures []failure // those within failureWindow, oldest first
	restsTo  time.Time
}

type failure struct {
	at     time.Time
	blocks int
}

// NewLimiter returns a Limiter on the clock now; nil is the real one.
func NewLimiter(now func() time.Time) *Limiter {
	return &Limiter{now: orRealClock(now)}
}

// failed records the blocks of one Final that did not open.
func (l *Limiter) failed(blocks int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.forget(now)
	l.failures = append(l.failures, failure{now, blocks})
	sum := 0
	for _, f := range l.failures {
		sum += f.blocks
	}
	if sum >= maxFailedBlocks {
		l.failures = nil
		l.restsTo = now.Add(restPeriod)
	}
}

// rests tells whether Hellos are to be refused now.
func (l *Limiter) rests() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now().Before(l.restsTo)
}

func (l *Limiter) forget(now time.Time) {
	for len(l.failures) > 0 && now.Sub(l.failures[0].at) >= failureWindow {
		l.failures = l.failures[1:]
	}
}
