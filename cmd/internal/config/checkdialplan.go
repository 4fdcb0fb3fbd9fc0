package config

import (
	"errors"
	"strconv"
	"time"

	"star18/dialplan"
)

// planKey may hold passwords of gateways.
const planKey = "dialplan.plan"

func defaultDialplan() Dialplan {
	f := dialplan.FactoryConfig()
	return Dialplan{
		Plan:            f.Plan,
		Codes:           defaultCodes(),
		Incomplete:      f.Incomplete.String(),
		InterdigitLong:  f.LongTimer,
		InterdigitShort: f.ShortTimer,
		Gateways:        []Gateway{},
	}
}

func (l *loader) checkDialplan() {
	s := l.Settings.Dialplan
	var mode dialplan.Incomplete
	if mode.UnmarshalText([]byte(s.Incomplete)) != nil {
		l.bad("dialplan.incomplete", strconv.Quote(s.Incomplete)+" is not known", "write reject or send")
	}
	l.checkTimer("dialplan.interdigit_long", s.InterdigitLong)
	l.checkTimer("dialplan.interdigit_short", s.InterdigitShort)
	l.readGateways()
	l.checkSpeedDial()
	if l.source[planKey] == FromCommandLine && dialplan.Redact(s.Plan) != s.Plan {
		l.warn("%s on the command line holds a password that everyone on this machine can read; use dialplan.gateways", planKey)
	}
	dialer, warnings, err := dialplan.New(l.Dialplan(dialplan.Standing{}))
	for _, err := range flatten(err) {
		l.planProblem(err)
	}
	for _, w := range warnings {
		l.warn("%s", w)
	}
	if dialer != nil {
		l.tryContacts(dialer)
	}
}

func (l *loader) checkTimer(key string, d time.Duration) {
	if d > 64*time.Second {
		l.bad(key, d.String()+" is too long", "write at most 64s")
	}
}

// planProblem finds the key that an error of the dial plan is about. Timers and
// the mode have been checked by name.
func (l *loader) planProblem(err error) {
	var code *dialplan.CodeError
	var entry *dialplan.EntryError
	switch {
	case errors.As(err, &entry):
		l.entryProblem(entry)
	case errors.As(err, &code):
		l.bad(l.codeKey(code), err.Error(), `write another code, or "" to switch it off`)
	case errors.Is(err, dialplan.ErrTimerRange), errors.Is(err, dialplan.ErrIncompleteMode):
	default:
		l.bad(planKey, err.Error(), "compare with the default in config.example.yaml")
	}
}

// codeKey is the key to change: of two codes that collide, the one that somebody wrote.
func (l *loader) codeKey(err *dialplan.CodeError) string {
	const codes = "dialplan.codes."
	key, other := codes+err.Service.String(), codes+err.Other.String()
	if l.source[other] > l.source[key] {
		return other
	}
	return key
}

// Dialplan is the configuration of a dialer. Codes of services that star18
// does not run are off, so that they go to the plan and on to the server.
func (l *Loaded) Dialplan(standing dialplan.Standing) dialplan.Config {
	s := l.Settings.Dialplan
	c := dialplan.Config{
		Plan:          s.Plan,
		Standing:      standing,
		SecureService: l.Settings.Secure.Service,
		ShortTimer:    s.InterdigitShort,
		LongTimer:     s.InterdigitLong,
		Codes:         s.Codes.table(),
		IPDialing:     s.IPDialing,
		Gateways:      routes(s.Gateways),
	}
	c.Contacts, c.SpeedDial = book(l.Settings.Contacts)
	_ = c.Incomplete.UnmarshalText([]byte(s.Incomplete)) // checked by Load
	return c
}
