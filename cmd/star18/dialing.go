package main

import (
	"sync"

	"star18/cmd/internal/config"
	"star18/cmd/internal/state"
	"star18/dialplan"
)

// dialing is the dial plan of a run and what star codes have set: the standing
// services are those of the state, which other terminals change as well, and what
// was asked for the next call (*18) waits here for it.
type dialing struct {
	store    *state.Store
	fallback dialplan.Standing

	mu     sync.Mutex
	dialer *dialplan.Dialer
	known  dialplan.Standing // as the state has it
}

func (a *app) newDialing(l *config.Loaded) (*dialing, error) {
	store, err := state.Open(a.flags.state, l.Settings.Line.User, l.Settings.Line.Domain)
	if err != nil {
		return nil, exit(exitFault, err)
	}
	d := &dialing{store: store, fallback: l.Standing()}
	if d.known, err = store.Standing(d.fallback); err != nil {
		return nil, exit(exitFault, err)
	}
	if d.dialer, _, err = dialplan.New(l.Dialplan(d.known)); err != nil {
		return nil, exit(exitUsage, err)
	}
	return d, nil
}

// dial runs a dial string and keeps what its codes changed. What the plan refuses
// never reaches the network.
func (d *dialing) dial(text string) (plannedCall, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.refresh(); err != nil {
		return plannedCall{}, err
	}
	return d.settle(d.dialer.Dial(text))
}

// explain says what dialling this now would do, and does nothing.
func (d *dialing) explain(text string) dialplan.Intent {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dialer.Explain(text)
}

// settled is an intent that a session has come to.
func (d *dialing) settled(i dialplan.Intent) (plannedCall, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.settle(i)
}

// settle is for those who hold the lock.
func (d *dialing) settle(i dialplan.Intent) (plannedCall, error) {
	if err := dialable(i); err != nil {
		return plannedCall{}, exit(exitUsage, err)
	}
	if err := d.keep(); err != nil {
		return plannedCall{}, exit(exitFault, err)
	}
	call, err := resolve(d.store, d.dialer, i)
	if err != nil {
		return plannedCall{}, exit(exitUsage, err)
	}
	return call, nil
}

// refresh takes over what other terminals have dialled.
func (d *dialing) refresh() error {
	now, err := d.store.Standing(d.fallback)
	if err != nil {
		return exit(exitFault, err)
	}
	if now != d.known {
		d.known = now
		d.dialer.SetStanding(now)
	}
	return nil
}

// keep writes down what a code has changed.
func (d *dialing) keep() error {
	after := d.dialer.Standing()
	if after == d.known {
		return nil
	}
	if err := d.store.ChangeStanding(d.known, after); err != nil {
		return err
	}
	d.known = after
	return nil
}
