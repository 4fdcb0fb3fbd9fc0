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

// helps: the number of a transfer is an emergency number, which is called where there is nobody to
// transfer: no star code stands before a call for help.
func (d *dialing) helps(p plannedCall) bool { return d.explain(p.transfer().Number).Emergency }

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
	call, err := whoIsMeant(d.store, d.dialer, i) // a redial may run codes again
	if fault := d.keep(); fault != nil {
		return plannedCall{}, exit(exitFault, fault)
	}
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

// forwards: every call goes elsewhere.
func (d *dialing) forwards() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dialer.Standing().ForwardAll != ""
}

// offHook begins to dial key by key.
func (d *dialing) offHook() (*keyed, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.refresh()
	return &keyed{dialing: d, session: d.dialer.Session()}, err
}

// keyed is a session under the lock of its dialer. What a code changed is kept at
// once.
type keyed struct {
	dialing *dialing
	session *dialplan.Session
}

func (k *keyed) step(do func() dialplan.Step) dialplan.Step {
	k.dialing.mu.Lock()
	defer k.dialing.mu.Unlock()
	step := do()
	_ = k.dialing.keep() // tried once more, and told, at the end of the session
	return step
}

func (k *keyed) Step() dialplan.Step { return k.session.Step() }
func (k *keyed) Press(key byte) dialplan.Step {
	return k.step(func() dialplan.Step { return k.session.Press(key) })
}
func (k *keyed) Back() dialplan.Step    { return k.step(k.session.Back) }
func (k *keyed) Send() dialplan.Step    { return k.step(k.session.Send) }
func (k *keyed) Timeout() dialplan.Step { return k.step(k.session.Timeout) }

// Preview is what the keys so far would do.
func (k *keyed) Preview() dialplan.Intent {
	k.dialing.mu.Lock()
	defer k.dialing.mu.Unlock()
	return k.session.Preview()
}

// Idle is the end of a session without a call.
func (k *keyed) Idle() {
	k.dialing.mu.Lock()
	defer k.dialing.mu.Unlock()
	k.dialing.dialer.Idle()
}

// names: the text is a contact, or the beginning of some.
func (d *dialing) names(text string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dialer.Names(text)
}
