package demo

import (
	"context"
	"sync"
	"time"

	"star18/cmd/internal/say"
	"star18/ua"
)

// end is one of the two lines and what became known about it.
type end struct {
	name  string
	user  string
	speak float64 // Hz
	line  *ua.Line
	ear   *ear
	queue *say.Queue

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at each event
	facts   facts
}

// facts are an end's events, as far as a verdict asks for them.
type facts struct {
	registeredIn time.Duration
	registered   *ua.Registered
	failed       *ua.RegistrationFailed
	answered     *ua.Answered
	secured      *ua.Secured
	notSecured   *ua.NotSecured
	tone         bool
	toneAt       int // samples heard before the tone
	ended        *ua.Ended
}

func newEnd(name, user string, speak float64, queue *say.Queue) *end {
	return &end{name: name, user: user, speak: speak, queue: queue, ear: newEar(speak), changed: make(chan struct{})}
}

// note is the line's OnEvent.
func (e *end) note(start time.Time, c *ua.Call, ev ua.Event) {
	id := "" // the line's own events name its address
	if c != nil {
		id = e.name + "-" + c.ID()
	}
	e.queue.Post(id, ev)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.facts.take(ev, start, e.ear)
	close(e.changed)
	e.changed = make(chan struct{})
}

func (f *facts) take(ev ua.Event, start time.Time, ear *ear) {
	switch ev := ev.(type) {
	case ua.Registered:
		if f.registered == nil {
			f.registered, f.registeredIn = &ev, time.Since(start)
		}
	case ua.RegistrationFailed:
		f.failed = &ev
	case ua.Answered:
		f.answered = &ev
	case ua.Secured:
		f.secured = &ev
	case ua.NotSecured:
		f.notSecured = &ev
	case ua.TonePlayed:
		f.tone, f.toneAt = true, ear.position()
	case ua.Ended:
		f.ended = &ev
	}
}

// now is a copy of what is known.
func (e *end) now() facts {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.facts
}

// await waits until known says yes, or ctx is over.
func (e *end) await(ctx context.Context, known func(facts) bool) bool {
	for {
		e.mu.Lock()
		yes, changed := known(e.facts), e.changed
		e.mu.Unlock()
		if yes {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}
