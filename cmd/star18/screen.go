package main

import (
	"context"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"star18/cmd/internal/config"
	"star18/cmd/internal/keyline"
	"star18/cmd/internal/say"
	"star18/cmd/internal/screen"
	"star18/cmd/internal/state"
	"star18/cmd/internal/trace"
	"star18/dialplan"
	"star18/ua"
)

// hasScreen: somebody sits at a terminal that can be drawn on, and a line is
// configured.
func (a *app) hasScreen() bool {
	if a.flags.json || !isTerminal(os.Stdin) || !isTerminal(os.Stdout) || os.Getenv("TERM") == "dumb" {
		return false
	}
	l, _ := config.Load(a.options())
	return l != nil && l.Account("").Settings.Line.User != ""
}

// screen is the telephone on the whole terminal. It begins at once, registered or
// not: the screen says what is being tried.
func (a *app) screen(ctx context.Context) error {
	ctx, stop := untilSignal(ctx)
	defer stop()
	all, err := a.loadLines()
	if err != nil {
		return err
	}
	ctx, hungUp := signal.NotifyContext(ctx, syscall.SIGHUP) // the window was closed: the calls get their BYE
	defer hungUp()
	quiet, err := a.quietTerminal()
	if err != nil {
		return exit(exitFault, err)
	}
	defer quiet.end()
	p := &screenPhone{trace: &trace.Ring{}, began: time.Now()}
	a.face, a.watch = p, p.trace.Watch
	a.flags.control, a.flags.stats = true, true
	phone, err := a.openAll(all)
	if err != nil {
		return err
	}
	defer phone.close()
	p.keys = phone.keys(ctx, a)
	phone.leaveRinging(ctx)
	uncontrolled := phone.control(p.keys)
	err = screen.Run(ctx, screen.New(p, time.Now), func(tell func(say.Told)) {
		p.tell.Store(&tell)
		for _, s := range phone.lines {
			s.line.Start()
		}
		if uncontrolled != nil {
			p.reply(say.Reply{Text: uncontrolled.Error(), Failed: true})
		}
	})
	if err != nil {
		return exit(exitFault, err)
	}
	return nil
}

// screenPhone is the telephone as the screen sees it.
type screenPhone struct {
	keys
	trace *trace.Ring
	began time.Time
	tell  atomic.Pointer[func(say.Told)] // nil until there is a screen
}

// Tell implements say.Teller. It runs in the queue of the events, which may wait
// for a terminal.
func (p *screenPhone) Tell(t say.Told) {
	if tell := p.tell.Load(); tell != nil {
		(*tell)(t)
	}
}

// Do implements screen.Phone.
func (p *screenPhone) Do(account, text string) ([]string, error) {
	command, err := keyline.Parse(text)
	if err != nil {
		return nil, err
	}
	return p.on(p.line(account)).run(command)
}

// line is the one that the screen means; its name is empty if it is the only one.
func (p *screenPhone) line(account string) *session {
	for _, s := range p.phone.lines {
		if s.queue.Account == account {
			return s
		}
	}
	return p.phone.lines[0]
}

// Calls implements screen.Phone.
func (p *screenPhone) Calls() []ua.CallInfo { return p.phone.desk.Calls() }

// Explain implements screen.Phone.
func (p *screenPhone) Explain(account, dialed string) screen.Explanation {
	line := p.line(account)
	i := line.dialing.explain(dialed)
	e := screen.Explanation{Why: i.Why, Refuse: i.Err != nil && i.Outcome != dialplan.OutcomeWaitLong}
	switch i.Outcome {
	case dialplan.OutcomeDial, dialplan.OutcomeWaitShort:
		calls := "calls " + strings.TrimPrefix(i.Number+hostSuffix(i.Host), "@")
		e.Does = calls + ", " + secureShort(i)
		if why := hindrance(line.cfg, i, time.Now()); why != "" && !e.Refuse {
			e.Does = calls + ", in clear"
			e.Why, e.Refuse = strings.TrimPrefix(why, ", but "), line.cfg.Settings.Secure.Require
		}
	case dialplan.OutcomeCode:
		e.Does = "changes what the line does, and calls nobody"
	default:
		e.Does = "not complete: enter would call nobody"
		if i.Err != nil { // the plan's own words are about waiting for keys, which this field does not
			e.Why = i.Err.Error()
		}
	}
	return e
}

func hostSuffix(host string) string {
	if host == "" {
		return ""
	}
	return "@" + host
}

func secureShort(i dialplan.Intent) string {
	if i.Secure {
		return "to be secured"
	}
	return "in clear"
}

// Names implements screen.Phone: every line has the same contacts.
func (p *screenPhone) Names() []string {
	var names []string
	for _, c := range p.phone.lines[0].cfg.Settings.Contacts {
		names = append(names, c.Name)
	}
	return names
}

// Past implements screen.Phone.
func (p *screenPhone) Past() []screen.Past {
	var past []screen.Past
	for _, s := range p.phone.lines {
		past = append(past, p.pastOf(s)...)
	}
	slices.SortStableFunc(past, func(a, b screen.Past) int { return b.At.Compare(a.At) })
	return past
}

func (p *screenPhone) pastOf(s *session) []screen.Past {
	calls, err := s.state.Calls()
	if err != nil {
		return nil
	}
	var past []screen.Past
	for _, c := range slices.Backward(calls) {
		if c.Time.After(p.began) {
			continue // the screen has seen it
		}
		past = append(past, screen.Past{
			At: c.Time, Account: s.queue.Account, Outgoing: c.Direction == state.Out, Name: c.Name, Number: c.Number, Dialed: c.Dialed,
			Named: c.Certified, Secure: ua.SecureState(c.Secure), Answered: c.Answered, Known: c.Over,
		})
	}
	return past
}

// Messages implements screen.Phone.
func (p *screenPhone) Messages() []trace.Message { return p.trace.Messages() }
