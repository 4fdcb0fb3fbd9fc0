package board

import (
	"cmp"
	"slices"
	"time"

	"star18/cmd/internal/say"
	"star18/ua"
)

// Registration is whether the line can be reached.
type Registration struct {
	State  RegistrationState
	AOR    string
	Via    string
	Until  time.Time // of the binding
	Reason string    // of the last failure
	Status int
	Advice string    // after it
	Retry  time.Time // of the next attempt: a line never gives up
}

// RegistrationState is one word about it.
type RegistrationState uint8

// The states.
const (
	Trying RegistrationState = iota
	Registered
	Failed
)

func (s RegistrationState) String() string {
	return [...]string{"registering", "registered", "NOT REGISTERED"}[s]
}

// Line is the state of one line.
type Line struct {
	Account      string // its name; empty where there is but one
	Registration Registration
	Messages     ua.Messages
}

// Board is the state of a telephone of one line or several.
type Board struct {
	// Require: secure.require is set; to be set before the first event.
	Require bool

	Calls      []*Call // not over, in the order in which they began
	Over       []*Call // newest first
	Missed     int     // calls that nobody answered, since Seen
	SoundFault string  // what is wrong with the sound device; empty: nothing
	Mixed      bool    // the conference mixes secured and clear calls
	Said       []Said  // what happened in words, newest last

	lines []*Line // those that something is known of
}

// Line is the line of this name.
func (b *Board) Line(account string) *Line {
	for _, l := range b.lines {
		if l.Account == account {
			return l
		}
	}
	l := &Line{Account: account}
	b.lines = append(b.lines, l)
	return l
}

// maxOver is our own choice for what is remembered.
const maxOver = 50

// Tell takes an event.
func (b *Board) Tell(t say.Told) {
	b.note(t)
	switch ev := t.Event.(type) {
	case ua.DeviceFault: // told for the line or for a call; the card is the same
		b.device(ev)
	case ua.Conference:
		b.Mixed = ev.Mixed
	default:
		b.tell(t)
	}
}

func (b *Board) tell(t say.Told) {
	if t.Call != "" {
		b.tellCall(t)
		return
	}
	l := b.Line(t.Account)
	switch ev := t.Event.(type) {
	case ua.Registered:
		l.Registration = Registration{State: Registered, AOR: ev.AOR, Via: ev.Via, Until: t.At.Add(time.Duration(ev.Expires) * time.Second)}
	case ua.RegistrationFailed:
		l.Registration.failed(t.At, ev)
	case ua.Messages:
		l.Messages = ev
	case ua.TurnedAway:
		b.Missed++
	}
}

func (b *Board) device(ev ua.DeviceFault) {
	b.SoundFault = ""
	if ev.Silent() {
		b.SoundFault = ev.Fault
	}
}

func (r *Registration) failed(at time.Time, ev ua.RegistrationFailed) {
	r.State, r.Reason, r.Status = Failed, ev.Reason, ev.Status
	r.Retry = at.Add(time.Duration(ev.RetryIn) * time.Second)
	r.AOR, r.Advice = cmp.Or(ev.AOR, r.AOR), say.Advice(ev)
}

// Seen: the user knows of the calls that were missed.
func (b *Board) Seen() { b.Missed = 0 }

func (b *Board) tellCall(t say.Told) {
	c := b.Call(t.Call)
	if c == nil {
		if _, late := t.Event.(ua.Ended); late && b.isOver(t.Call) {
			return
		}
		c = &Call{Info: ua.CallInfo{ID: t.Call}, Account: t.Account, Began: t.At}
		b.Calls = append(b.Calls, c)
	}
	c.tell(t.At, t.Event)
	if !c.Over.IsZero() {
		b.end(c)
	}
}

// Call finds a call that is not over; nil if there is none.
func (b *Board) Call(id string) *Call {
	for _, c := range b.Calls {
		if c.Info.ID == id {
			return c
		}
	}
	return nil
}

func (b *Board) isOver(id string) bool {
	return slices.ContainsFunc(b.Over, func(c *Call) bool { return c.Info.ID == id })
}

func (b *Board) end(c *Call) {
	b.Calls = slices.DeleteFunc(b.Calls, func(o *Call) bool { return o == c })
	b.Over = slices.Insert(b.Over, 0, c)
	b.Over = b.Over[:min(len(b.Over), maxOver)]
	if !c.Info.Outgoing && !c.Result.Answered {
		b.Missed++
	}
}

// Refresh takes where the calls stand. A call that is not among them any more
// stays until its end is told.
func (b *Board) Refresh(infos []ua.CallInfo) {
	for _, info := range infos {
		if c := b.Call(info.ID); c != nil {
			c.Info = info
		}
	}
}

// Active is the call that has the sound, else the one that rings, else the first.
func (b *Board) Active() *Call {
	var found *Call
	for _, c := range b.Calls {
		switch {
		case c.Info.Active:
			return c
		case found == nil, c.Ringing() && !found.Ringing():
			found = c
		}
	}
	return found
}

// Ringing: it waits for our answer.
func (c *Call) Ringing() bool { return c.Info.State == "ringing" && !c.Info.Outgoing }
