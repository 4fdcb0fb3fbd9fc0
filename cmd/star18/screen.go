package main

import (
	"context"
	"os"
	"os/signal"
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
	return l != nil && l.Settings.Line.User != ""
}

// screen is the telephone on the whole terminal. It begins at once, registered or
// not: the screen says what is being tried.
func (a *app) screen(ctx context.Context) error {
	ctx, stop := untilSignal(ctx)
	defer stop()
	l, err := a.loadLine()
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
	s, err := a.open(l)
	if err != nil {
		return err
	}
	defer s.close()
	p.keys = keys{a, s, ctx}
	go s.leaveRinging(ctx)
	if err := s.controls.serve(ctx, a, s); err != nil {
		p.Tell(say.Told{At: time.Now(), Event: say.Reply{Text: err.Error(), Failed: true}})
	}
	err = screen.Run(ctx, screen.New(p, time.Now), func(tell func(say.Told)) {
		p.tell.Store(&tell)
		s.line.Start()
	})
	if err != nil {
		return exit(exitFault, err)
	}
	return nil
}

// screenPhone is the session as the screen sees it.
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
func (p *screenPhone) Do(text string) ([]string, error) {
	command, err := keyline.Parse(text)
	if err != nil {
		return nil, err
	}
	return p.run(command)
}

// Calls implements screen.Phone.
func (p *screenPhone) Calls() []ua.CallInfo { return p.s.line.Calls() }

// Explain implements screen.Phone.
func (p *screenPhone) Explain(dialed string) screen.Explanation {
	i := p.s.dialing.explain(dialed)
	e := screen.Explanation{Why: i.Why, Refuse: i.Err != nil && i.Outcome != dialplan.OutcomeWaitLong}
	switch i.Outcome {
	case dialplan.OutcomeDial, dialplan.OutcomeWaitShort:
		calls := "calls " + strings.TrimPrefix(i.Number+hostSuffix(i.Host), "@")
		e.Does = calls + ", " + secureShort(i)
		if why := hindrance(p.s.cfg, i, time.Now()); why != "" && !e.Refuse {
			e.Does = calls + ", in clear"
			e.Why, e.Refuse = strings.TrimPrefix(why, ", but "), p.s.cfg.Settings.Secure.Require
		}
	case dialplan.OutcomeCode:
		e.Does = "changes what the line does, and calls nobody"
	default:
		e.Does = "not complete"
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

// Names implements screen.Phone.
func (p *screenPhone) Names() []string {
	var names []string
	for _, c := range p.s.cfg.Settings.Contacts {
		names = append(names, c.Name)
	}
	return names
}

// Past implements screen.Phone.
func (p *screenPhone) Past() []screen.Past {
	calls, err := p.s.state.Calls()
	if err != nil {
		return nil
	}
	var past []screen.Past
	for i := len(calls) - 1; i >= 0; i-- {
		c := calls[i]
		if c.Time.After(p.began) {
			continue // the screen has seen it
		}
		past = append(past, screen.Past{
			At: c.Time, Outgoing: c.Direction == state.Out, Name: c.Name, Number: c.Number, Dialed: c.Dialed,
			Named: c.Certified, Secure: ua.SecureState(c.Secure), Answered: c.Answered, Known: c.Over,
		})
	}
	return past
}

// Messages implements screen.Phone.
func (p *screenPhone) Messages() []trace.Message { return p.trace.Messages() }
