package ua

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"star18/ua/sdp"
)

var (
	// ErrNoOther: there is no call to change to.
	ErrNoOther = errors.New("no other call")
	// ErrTooMany: the line has as many calls as it may.
	ErrTooMany = errors.New("too many calls")
)

// CallInfo is where a call stands, for a display.
type CallInfo struct {
	ID       string
	State    string // calling, ringing, up, leaving, ended
	Outgoing bool
	Name     string // of the other side, as SIP says
	Number   string
	Since    time.Time // of the answer; zero before

	Active     bool // speaks and hears
	HeldByUs   bool
	HeldByPeer bool
	Conference bool
	Secure     SecureState
	Muted      bool
	Recorded   bool

	quiet time.Time // since when it has no sound
}

// publish lets everybody see the call as it is.
func (c *Call) publish() {
	i := &CallInfo{
		ID: c.id, State: c.state.String(), Outgoing: c.outgoing, Number: c.remoteText(), Name: c.from.FromName,
		Since: c.answeredAt, HeldByPeer: c.heldByPeer, Secure: c.secure,
		HeldByUs: c.parked || c.media.heldByUs(),
		Muted:    c.media.muted, Recorded: c.media.console.recorder != nil,
	}
	i.Active = c.line.desk.has(c.media) && !i.HeldByUs
	i.Conference = i.Active && len(c.line.desk.members()) > 1
	if before := c.info.Load(); !i.Active && before != nil {
		i.quiet = before.quiet
	}
	if !i.Active && i.quiet.IsZero() {
		i.quiet = time.Now()
	}
	c.info.Store(i)
}

// heldByUs: our last offer said so.
func (m *media) heldByUs() bool { return m.wish == sdp.SendOnly }

// Info is where the call stands; it never waits.
func (c *Call) Info() CallInfo { return *c.info.Load() }

// Calls are the line's calls in the order in which they began; it never waits.
func (l *Line) Calls() []CallInfo {
	var out []CallInfo
	for _, c := range l.all() {
		out = append(out, c.Info())
	}
	return out
}

// Call finds a call by its id; nil if it has ended.
func (l *Line) Call(id string) *Call {
	for _, c := range l.all() {
		if c.id == id {
			return c
		}
	}
	return nil
}

func (l *Line) all() []*Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []*Call
	for _, c := range l.calls {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *Call) int { return cmp.Compare(a.number, b.number) })
	return out
}

// makeRoom puts every other call that is up, or calls, on hold. It returns when
// they have given the sound up; whether their peers agree is not waited for.
func (l *Line) makeRoom(c *Call) {
	for _, o := range l.desk.all() {
		if o != c {
			o.parkNow()
		}
	}
}

// parkNow returns when the call has given up the sound.
func (c *Call) parkNow() {
	_ = c.ask(func(then func(error)) {
		c.park()
		then(nil)
	})
}

// instead runs what gives the sound to c. If that fails, the call or the
// conference that had it goes on.
func (l *Line) instead(c *Call, run func() error) error {
	before, room := l.speaking(), l.conferring()
	l.makeRoom(c)
	err := run()
	if err != nil {
		before.goOn()
	}
	if err != nil && len(room) > 1 {
		_ = l.Conference(room...) // as many as are still there hear of it by events
	}
	return err
}

// speaking is the call that has the sound alone; nil if there is none.
func (l *Line) speaking() *Call {
	for _, c := range l.desk.all() {
		if i := c.Info(); i.Active && !i.Conference {
			return c
		}
	}
	return nil
}

// goOn gives the sound back, without waiting for it; nil is nobody.
func (c *Call) goOn() {
	if c != nil {
		c.post(func() { c.resume(func(error) {}) })
	}
}

// Swap gives the sound to the call that has waited longest for it, of any line at
// the desk, and puts the one that has it on hold. If that call cannot be resumed,
// all is as before.
func (l *Line) Swap() (*Call, error) {
	var next *Call
	for _, c := range l.desk.all() {
		if i := c.Info(); i.State == up.String() && !i.Active && (next == nil || i.quiet.Before(next.Info().quiet)) {
			next = c
		}
	}
	if next == nil {
		return nil, ErrNoOther
	}
	return next, next.Resume()
}
