package state

import (
	"fmt"
	"time"
)

const historyFile = "history.json"

// maxHistory is how many calls are remembered.
const maxHistory = 100

// Direction is who called.
type Direction string

// The directions.
const (
	In  Direction = "in"
	Out Direction = "out"
)

// Call is one line of the history. Dialed is what was typed for an outgoing
// call, star codes included; Number is who was called or who called.
type Call struct {
	Time      time.Time `json:"time"`
	Direction Direction `json:"direction"`
	Name      string    `json:"name,omitempty"`
	Number    string    `json:"number"`
	Dialed    string    `json:"dialed,omitempty"`

	// How it ended, once it is Over. Secure is never, secured or lost; Certified is
	// the name that a certificate proved or presented, with its '$'.
	Over      bool   `json:"over,omitempty"`
	Answered  bool   `json:"answered,omitempty"`
	Secure    string `json:"secure,omitempty"`
	Certified string `json:"certified,omitempty"`
}

// history is the file: the newest call comes last.
type history struct {
	Calls []Call `json:"calls"`
	// CallBack is when the last request to call back was made; zero if it was
	// taken back.
	CallBack time.Time `json:"call_back,omitzero"`
}

// Remember adds a call and forgets the oldest.
func (s *Store) Remember(c Call) error {
	return s.changeHistory(func(h *history) {
		h.Calls = append(h.Calls, c)
		if extra := len(h.Calls) - maxHistory; extra > 0 {
			h.Calls = h.Calls[extra:]
		}
	})
}

// Finish notes how the call ended that began at that time; nothing if it is
// forgotten.
func (s *Store) Finish(began time.Time, answered bool, secure, certified string) error {
	return s.changeHistory(func(h *history) {
		for i := range h.Calls {
			if c := &h.Calls[i]; c.Time.Equal(began) {
				c.Over, c.Answered, c.Secure, c.Certified = true, answered, secure, certified
			}
		}
	})
}

// Calls are those that are remembered, oldest first.
func (s *Store) Calls() ([]Call, error) {
	var h history
	err := s.read(historyFile, &h)
	return h.Calls, err
}

// Last is the newest call of a direction that has a number.
func (s *Store) Last(d Direction) (Call, bool, error) {
	var h history
	if err := s.read(historyFile, &h); err != nil {
		return Call{}, false, err
	}
	for i := len(h.Calls) - 1; i >= 0; i-- {
		if c := h.Calls[i]; c.Direction == d && c.Number != "" {
			return c, true, nil
		}
	}
	return Call{}, false, nil
}

// SetCallBack notes a request to call back, made at that time; the zero time
// takes every request back.
func (s *Store) SetCallBack(at time.Time) error {
	return s.changeHistory(func(h *history) { h.CallBack = at })
}

// CallBack is the request that counts.
func (s *Store) CallBack() (time.Time, error) {
	var h history
	err := s.read(historyFile, &h)
	return h.CallBack, err
}

func (s *Store) changeHistory(change func(*history)) error {
	unlock, err := lock(s.Path("lock"))
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	defer unlock()
	var h history
	if err := s.read(historyFile, &h); err != nil {
		return err
	}
	change(&h)
	return s.save(historyFile, h)
}
