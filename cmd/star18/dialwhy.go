package main

import (
	"errors"
	"fmt"
	"time"

	"star18/cmd/internal/config"
	"star18/cmd/internal/state"
	"star18/dialplan"
	"star18/securecall"
	"star18/ua"
)

// hindrance is why a call cannot have what it asks for: security without a
// certificate, where the keys are not in SDP, or none where all must have it.
func hindrance(l *config.Loaded, i dialplan.Intent, now time.Time) string {
	s := l.Settings.Secure
	switch {
	case s.Require && i.Override == dialplan.ChoiceNo:
		return ", but secure.require is set: it is not placed"
	case !i.Secure || ua.SecureMethod(s.Method) != ua.MethodXSipura:
		return ""
	}
	_, err := l.Identity(now)
	var fault securecall.Fault
	if !errors.As(err, &fault) {
		return ""
	}
	then := "it stays in clear"
	if s.Require {
		then = "it is not placed (secure.require)"
	}
	return fmt.Sprintf(", but %s: %s", fault.Words(), then)
}

// whom is who would be called by a code that calls by itself.
func (a *app) whom(l *config.Loaded, i dialplan.Intent) (string, error) {
	store, err := a.look(l)
	if store == nil {
		return "", err
	}
	for _, action := range i.Actions {
		switch action.Service {
		case dialplan.CallReturn:
			last, found, err := store.Last(state.In)
			return lastWords(last.Number, found, errNoCaller), err
		case dialplan.Redial, dialplan.CallBack, dialplan.CallBackBusy:
			last, found, err := store.Last(state.Out)
			return lastWords(last.Dialed, found, errNoDialed), err
		}
	}
	return "", nil
}

func lastWords(number string, found bool, otherwise error) string {
	if !found {
		return "; " + otherwise.Error()
	}
	return "; that is " + number
}
