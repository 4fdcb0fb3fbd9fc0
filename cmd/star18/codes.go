package main

import (
	"errors"
	"fmt"
	"time"

	"star18/cmd/internal/state"
	"star18/dialplan"
	"star18/ua"
)

// Reasons why a code that calls by itself has nobody to call.
var (
	errNoCaller = errors.New("nobody has called, or nobody showed a number")
	errNoDialed = errors.New("nothing was dialled before")
	// A transfer is for somebody whom we speak with.
	errNotInCall = errors.New("there is no call to transfer; this code is for one that goes on")
)

// plannedCall is a dial string that has come to a call.
type plannedCall struct {
	dialplan.Intent
	callBack bool // again until it rings
}

// transfer is whom the other side of a call is to call instead; nil if that is not
// what was dialled.
func (p plannedCall) transfer() *ua.Target {
	for _, action := range p.Actions {
		if action.Service == dialplan.BlindTransfer {
			return &ua.Target{Dialed: p.Input, Number: action.Number, Host: action.Host}
		}
	}
	return nil
}

// whoIsMeant finds whom a code like *69 calls. What the string asked for besides,
// such as *18 before it, holds for that call.
func whoIsMeant(store *state.Store, dialer *dialplan.Dialer, i dialplan.Intent) (plannedCall, error) {
	p := plannedCall{Intent: i}
	for _, action := range i.Actions {
		var err error
		switch action.Service {
		case dialplan.CallBackOff:
			err = store.SetCallBack(time.Time{})
		case dialplan.CallReturn:
			p.Intent, err = lastCaller(store, i)
		case dialplan.Redial:
			p.Intent, err = lastDialed(store, dialer, i)
		case dialplan.CallBack, dialplan.CallBackBusy:
			p.callBack = true
			p.Intent, err = lastDialed(store, dialer, i)
		}
		if err != nil {
			return p, fmt.Errorf("%s: %w", action.Code, err)
		}
	}
	return p, nil
}

// lastCaller is called as he showed himself, without the plan, which is for what
// people type.
func lastCaller(store *state.Store, i dialplan.Intent) (dialplan.Intent, error) {
	last, found, err := store.Last(state.In)
	if err != nil {
		return i, err
	}
	if !found {
		return i, errNoCaller
	}
	i.Input, i.Number, i.Outcome = last.Number, last.Number, dialplan.OutcomeDial
	return i, nil
}

// lastDialed dials again what was typed, star codes included: a redial entry may
// begin with some.
func lastDialed(store *state.Store, dialer *dialplan.Dialer, i dialplan.Intent) (dialplan.Intent, error) {
	last, found, err := store.Last(state.Out)
	if err != nil {
		return i, err
	}
	if !found {
		return i, errNoDialed
	}
	again := dialer.Dial(last.Dialed)
	if err := dialable(again); err != nil {
		return i, err
	}
	if !again.Emergency {
		again = asked(again, i)
	}
	return again, nil
}

// asked is the call again, with what the codes before the redial code asked for.
func asked(again, i dialplan.Intent) dialplan.Intent {
	if i.Override != dialplan.ChoiceNone {
		again.Secure, again.SecureWhy, again.Override = i.Secure, i.SecureWhy, i.Override
	}
	if i.HideCID != nil {
		again.HideCID = i.HideCID
	}
	if i.CodecPrefer+i.CodecForce != "" {
		again.CodecPrefer, again.CodecForce = i.CodecPrefer, i.CodecForce
	}
	return again
}
