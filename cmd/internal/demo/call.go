package demo

import (
	"context"
	"fmt"
	"time"

	"star18/cmd/internal/config"
	"star18/dialplan"
	"star18/ua"
)

// How long each step may take. All of them together leave the demo below ten
// seconds, whatever happens.
const (
	stepLimit = 2 * time.Second
	toneLimit = 5 * time.Second
	// toneLength is the first double beep of the secure tone and a little more,
	// in samples.
	toneLength = 2700 * rate / 1000
)

// call goes as far as it gets; the verdicts tell how far that was.
func (r *run) call(ctx context.Context) {
	for _, e := range r.ends() {
		e.line.Start()
	}
	for _, e := range r.ends() {
		if !r.step(ctx, e, func(f facts) bool { return f.registered != nil }) {
			return
		}
	}
	c, err := r.dial(ctx)
	if err != nil {
		r.caller.note(r.start, nil, ua.Ended{By: ua.Local, Cause: ua.CauseLocalFault, Detail: err.Error()})
		return
	}
	if r.pickUp(ctx) {
		r.talk(ctx)
	}
	c.Hangup()
	for _, e := range r.ends() {
		r.step(ctx, e, func(f facts) bool { return f.ended != nil })
	}
}

func (r *run) step(ctx context.Context, e *end, known func(facts) bool) bool {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	return e.await(ctx, known)
}

// dial goes the way of every dial string: through the dial plan.
func (r *run) dial(ctx context.Context) (*ua.Call, error) {
	l := config.Loaded{Settings: config.Default()}
	dialer, _, err := dialplan.New(l.Dialplan(l.Standing()))
	if err != nil {
		return nil, err
	}
	i := dialer.Dial(Dialed)
	if i.Outcome != dialplan.OutcomeDial {
		return nil, fmt.Errorf("dial plan: %s", i.Why)
	}
	return r.caller.line.Dial(ctx, ua.Target{Dialed: i.Input, Number: i.Number, Host: i.Host, Secure: i.Secure})
}

// pickUp is the callee's hand.
func (r *run) pickUp(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	select {
	case c := <-r.callee.line.Incoming():
		return c.Answer() == nil
	case <-ctx.Done():
		return false
	}
}

// talk waits until both ends are secure, and then until both have heard the
// tone.
func (r *run) talk(ctx context.Context) {
	for _, e := range r.ends() {
		if !r.step(ctx, e, func(f facts) bool { return f.tone || f.notSecured != nil || f.ended != nil }) {
			return
		}
	}
	ctx, cancel := context.WithTimeout(ctx, toneLimit)
	defer cancel()
	for _, e := range r.ends() {
		if facts := e.now(); facts.tone {
			e.ear.await(ctx, facts.toneAt+toneLength)
		}
	}
}
