package main

import (
	"log/slog"
	"time"

	"star18/dialplan"
)

// lookEvery is how soon a code that was dialled on another terminal takes effect.
const lookEvery = time.Second

// follow the star codes that other runs with this identity dial, until stop.
func (s *session) watchStanding(now dialplan.Standing, log *slog.Logger) {
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-quit:
				return
			}
			next, err := s.state.Standing(s.cfg.Standing())
			if err != nil || next == now {
				continue
			}
			now = next
			s.line.SetHideID(next.BlockCID)
			s.line.SetWaiting(s.attended && !next.CallWaitingOff)
			if err := s.line.SetRules(s.cfg.Rules(next)); err != nil {
				log.Warn("star codes not followed", "error", err)
			}
		}
	}()
	s.later(func() {
		close(quit)
		<-gone
	})
}
