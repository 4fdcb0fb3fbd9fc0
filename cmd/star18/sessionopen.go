package main

import (
	"fmt"
	"log/slog"
	"time"

	"star18/cmd/internal/config"
	"star18/cmd/internal/say"
	"star18/cmd/internal/state"
	"star18/dialplan"
	"star18/ua"
)

// open checks everything and starts a line of the telephone. Nothing has been sent yet.
func (a *app) open(l *config.Loaded, p *telephone) (_ *session, err error) {
	s := &session{cfg: l, phone: p, attended: p.desk != nil}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	log, done, err := a.openLog()
	if err != nil {
		return nil, err
	}
	s.later(done)
	cfg, err := l.Line(time.Now())
	if err != nil {
		return nil, a.refuse(err)
	}
	standing, err := a.remember(s, &cfg)
	if err != nil {
		return nil, err
	}
	a.listen(s, &cfg, log)
	if err := a.attach(s, &cfg, log); err != nil {
		return nil, err
	}
	for _, w := range l.Warn(cfg.Secure.Identity) {
		log.Warn(w)
	}
	cfg.AwaitNetwork = a.face != nil // a screen says what is missing, and goes on
	if s.line, err = ua.NewLine(cfg); err != nil {
		return nil, lineFault(err)
	}
	s.later(s.closeLine)
	s.line.SetHideID(standing.BlockCID)
	s.watchStanding(standing, log)
	s.watchNetwork()
	return s, nil
}

// remember opens what outlives a run: star codes that were set, used keys, who we
// are to the registrar.
func (a *app) remember(s *session, cfg *ua.Config) (standing dialplan.Standing, err error) {
	if s.state, err = state.Open(a.flags.state, cfg.User, cfg.Domain); err != nil {
		return standing, exit(exitFault, fmt.Errorf("%w; let this user write there, or choose another folder with --state", err))
	}
	if s.dialing, err = a.newDialing(s.cfg); err != nil {
		return standing, err
	}
	if cfg.Instance, err = s.state.Instance(); err != nil {
		return standing, exit(exitFault, err)
	}
	if err := a.addReplay(&cfg.Secure); err != nil {
		return standing, exit(exitFault, err)
	}
	if standing, err = s.state.Standing(s.cfg.Standing()); err != nil {
		return standing, exit(exitFault, err)
	}
	cfg.Calls.Rules, cfg.Calls.Attended = s.cfg.Rules(standing), s.attended
	cfg.Calls.Waiting = s.attended && !standing.CallWaitingOff // one that waits must be answered
	return standing, nil
}

// listen gives the events of the line to all who want them.
func (a *app) listen(s *session, cfg *ua.Config, log *slog.Logger) {
	tellers := []say.Teller{a.teller(cfg.Secure.Require), newHistorian(s.state, log)}
	if s.phone.controls != nil {
		tellers = append(tellers, s.phone.controls)
	}
	s.queue = say.NewQueue(tellers...)
	s.queue.Account = a.accountOf(s.cfg)
	s.later(s.queue.Close)
	cfg.Log, cfg.OnEvent = log, s.onEvent
	if a.watch != nil {
		cfg.Watch = a.watch(s.queue.Account)
	}
	cfg.Stats, cfg.Desk = a.flags.stats, s.phone.desk
}

// attach brings sound, and what is kept of the run.
func (a *app) attach(s *session, cfg *ua.Config, log *slog.Logger) error {
	s.dtmf, s.record, s.play = a.flags.dtmf, a.flags.record, a.flags.play
	if a.flags.echo {
		s.echoes(cfg)
	} else if err := s.sound(cfg, log); err != nil {
		return exit(exitUsage, err)
	}
	if err := a.addCapture(s, cfg); err != nil {
		return err
	}
	return a.addTranscript(s, cfg)
}
