package main

import (
	"log/slog"

	"star18/cmd/internal/say"
	"star18/cmd/internal/state"
	"star18/ua"
)

// historian writes down who called and who was called. It runs in the queue of
// the events: a disk that is slow holds up no call.
type historian struct {
	store *state.Store
	log   *slog.Logger
}

// Tell implements say.Teller.
func (h historian) Tell(t say.Told) {
	c := state.Call{Time: t.At.UTC()}
	switch ev := t.Event.(type) {
	case ua.Dialing:
		c.Direction, c.Number, c.Dialed = state.Out, ev.Number, ev.Dialed
	case ua.Incoming:
		c.Direction, c.Name, c.Number = state.In, ev.FromName, ev.FromNumber
	case ua.TurnedAway:
		c.Direction, c.Name, c.Number = state.In, ev.FromName, ev.FromNumber
	default:
		return
	}
	if err := h.store.Remember(c); err != nil {
		h.log.Warn("call not remembered", "error", err)
	}
}
