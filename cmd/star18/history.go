package main

import (
	"log/slog"
	"time"

	"star18/cmd/internal/say"
	"star18/cmd/internal/state"
	"star18/ua"
)

// historian writes down who called and who was called, and how that ended. It
// runs in the queue of the events: a disk that is slow holds up no call.
type historian struct {
	store *state.Store
	log   *slog.Logger
	open  map[string]*openCall // by the id of the call
}

// openCall is a call that is not over.
type openCall struct {
	began     time.Time
	certified string
}

func newHistorian(store *state.Store, log *slog.Logger) historian {
	return historian{store, log, map[string]*openCall{}}
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
		c.Over = true
	case ua.Secured:
		if o := h.open[t.Call]; o != nil {
			o.certified = ev.Name
		}
		return
	case ua.Ended:
		h.finish(t.Call, ev)
		return
	default:
		return
	}
	if t.Call != "" {
		h.open[t.Call] = &openCall{began: c.Time}
	}
	h.complain(h.store.Remember(c))
}

func (h historian) finish(id string, ev ua.Ended) {
	o := h.open[id]
	if o == nil {
		return
	}
	delete(h.open, id)
	h.complain(h.store.Finish(o.began, ev.Answered, string(ev.Secure), o.certified))
}

func (h historian) complain(err error) {
	if err != nil {
		h.log.Warn("call not remembered", "error", err)
	}
}
