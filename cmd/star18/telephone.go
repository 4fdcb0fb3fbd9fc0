package main

import (
	"context"
	"errors"
	"slices"
	"sync"

	"star18/cmd/internal/capture"
	"star18/cmd/internal/config"
	"star18/cmd/internal/control"
	"star18/cmd/internal/transcript"
	"star18/ua"
)

// telephone is the lines of a run and what they share.
//
//	session ─┐            ┌─ desk: one device, one person
//	session ─┼─ telephone ┼─ controls: what other programs see
//	session ─┘            └─ pcapng, transcript
type telephone struct {
	lines []*session // the default one first

	// desk is where the person speaks; nil if nobody is here who gives commands:
	// then each line answers for itself.
	desk     *ua.Desk
	controls *controls // nil: not to be controlled by other programs

	tap      *capture.Tap
	recorder *transcript.Recorder

	end []func() // what to undo when the lines are closed, last first
}

// openAll checks everything and starts the lines. Nothing has been sent yet.
func (a *app) openAll(all []*config.Loaded) (*telephone, error) {
	a.several = len(all) > 1
	p := &telephone{}
	if a.wantsKeys() || a.flags.control {
		p.desk = ua.NewDesk()
	}
	if a.flags.control {
		p.controls = &controls{}
	}
	for _, l := range all {
		s, err := a.open(l, p)
		if err != nil {
			p.close()
			return nil, err
		}
		p.lines = append(p.lines, s)
	}
	return p, nil
}

func (p *telephone) later(fn func()) { p.end = append(p.end, fn) }

// close ends all lines at once: each may have to wait for its server.
func (p *telephone) close() {
	var lines sync.WaitGroup
	for _, s := range p.lines {
		lines.Go(s.close)
	}
	lines.Wait()
	for _, fn := range slices.Backward(p.end) {
		fn()
	}
}

// leaveRinging takes note of calls that arrive: commands find them by themselves.
func (p *telephone) leaveRinging(ctx context.Context) {
	for _, s := range p.lines {
		go s.leaveRinging(ctx)
	}
}

// lineOf is the line of a call.
func (p *telephone) lineOf(c *ua.Call) *session {
	for _, s := range p.lines {
		if s.line.Call(c.ID()) == c {
			return s
		}
	}
	return p.lines[0] // the call has ended
}

// control lets other programs command the telephone, by a socket of each line:
// the one that they come by is the line that their calls go by.
func (p *telephone) control(k keys) error {
	if p.controls == nil {
		return nil
	}
	var err error
	for i, s := range p.lines {
		if i > 0 && k.app.flags.controlSocket != "" {
			break // there is but one path
		}
		err = errors.Join(err, p.controlBy(k.on(s)))
	}
	return err
}

func (p *telephone) controlBy(k keys) error {
	s := k.chosen()
	path, err := k.app.controlPath(s.cfg.Settings.Line.User, s.cfg.Settings.Line.Domain)
	if err != nil {
		return err
	}
	server, err := control.Listen(path, "sip:"+s.aor(), socket{p.controls, k})
	if err != nil {
		return err
	}
	p.controls.serve(server)
	// Last of all: the end of the calls is told too, and ends what still waits.
	p.later(func() { _ = server.Close() })
	return nil
}
