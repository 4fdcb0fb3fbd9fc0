package config

import (
	"errors"
	"strconv"

	"star18/dialplan"
)

// book is the contacts as the dialer takes them, and the keys that call some.
func book(contacts []Contact) ([]dialplan.Contact, map[string]string) {
	var all []dialplan.Contact
	speed := map[string]string{}
	for _, c := range contacts {
		all = append(all, dialplan.Contact{Name: c.Name, Dial: c.Number})
		if c.Speed != "" {
			speed[c.Speed] = c.Number
		}
	}
	return all, speed
}

// checkSpeedDial finds keys that are given twice, which a map cannot hold, and
// contacts without a number.
func (l *loader) checkSpeedDial() {
	owner := map[string]string{}
	for i, c := range l.Settings.Contacts {
		at := entryKey("contacts", i)
		if c.Number == "" {
			l.recordProblem(at+".number", "is empty", "write what is to be dialled")
		}
		if other, taken := owner[c.Speed]; taken && c.Speed != "" {
			l.recordProblem(at+".speed", "the key "+c.Speed+" calls "+strconv.Quote(other)+" already", "choose another key from 2 to 9")
		}
		owner[c.Speed] = c.Name
	}
}

// entryProblem finds the entry of a list that an error of the dialer is about.
func (l *loader) entryProblem(err *dialplan.EntryError) {
	for i, c := range l.Settings.Contacts {
		at := entryKey("contacts", i)
		switch {
		case err.Kind == dialplan.SpeedDialEntry && c.Speed == err.Name && errors.Is(err, dialplan.ErrSpeedDialKey):
			l.recordProblem(at+".speed", strconv.Quote(c.Speed)+" is no key from 2 to 9", `write for example speed: "2"`)
			return
		case err.Kind == dialplan.ContactEntry && c.Name == err.Name && errors.Is(err, dialplan.ErrContactName):
			l.recordProblem(at+".name", err.Error(), "write a name that no other contact has")
			return
		case err.Kind == dialplan.ContactEntry && c.Name == err.Name:
			l.recordProblem(at+".number", err.Error(), "write what is to be dialled, on one line")
			return
		}
	}
	for i, g := range l.Settings.Dialplan.Gateways {
		if err.Kind == dialplan.GatewayEntry && g.Name == err.Name {
			l.recordProblem(entryKey("dialplan.gateways", i), err.Error(), "write {name: gw1, host: gw.example.com}, with names from gw1 to gw4")
			return
		}
	}
}

// tryContacts dials each contact without calling: one that the plan refuses is
// told before somebody needs it.
func (l *loader) tryContacts(d *dialplan.Dialer) {
	for i, c := range l.Settings.Contacts {
		if got := d.Dial(c.Number); got.Outcome == dialplan.OutcomeReject && c.Number != "" {
			l.warn("%s: %s cannot be called: %s", entryKey("contacts", i), strconv.Quote(c.Name), got.Why)
		}
		d.Idle()
	}
}
