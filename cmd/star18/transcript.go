package main

import (
	"fmt"
	"time"

	"star18/cmd/internal/transcript"
	"star18/securecall"
	"star18/ua"
)

// openTranscript opens what --transcript names, or nothing.
func (a *app) openTranscript(w securecall.Wire) (*transcript.Recorder, func(), error) {
	if a.flags.transcript == "" {
		return nil, func() {}, nil
	}
	r, err := transcript.Open(a.flags.transcript, "star18 "+version(), w, time.Now())
	if err != nil {
		return nil, nil, exit(exitUsage, fmt.Errorf("--%w", err))
	}
	return r, func() {
		if err := r.Close(); err != nil {
			_, _ = fmt.Fprintf(a.err, "star18: %v\n", err)
		}
	}, nil
}

// addTranscript records a session's secure calls, in one file for all lines.
func (a *app) addTranscript(s *session, cfg *ua.Config) error {
	if s.phone.recorder == nil {
		r, done, err := a.openTranscript(cfg.Secure.Wire)
		if err != nil {
			return err
		}
		s.phone.later(done)
		s.phone.recorder = r
	}
	prefix := a.accountOf(s.cfg)
	if prefix != "" {
		prefix += "-"
	}
	transcribe(s.phone.recorder, prefix, cfg)
	return nil
}

// transcribe shows a line's secure calls to r; prefix keeps the calls of two
// lines apart.
func transcribe(r *transcript.Recorder, prefix string, cfg *ua.Config) {
	if r == nil {
		return
	}
	next := cfg.OnEvent
	cfg.OnEvent = func(c *ua.Call, ev ua.Event) {
		next(c, ev)
		if c != nil {
			r.Event(prefix+c.ID(), ev, time.Now())
		}
	}
	cfg.Secure.OnExchange = func(e ua.Exchange) {
		e.Call = prefix + e.Call
		r.Exchange(e)
	}
}
