package ua

import (
	"slices"
	"sync"
)

// Conference tells who speaks with whom: the ids of its calls, none when it is
// over. Mixed: a secured and a clear call are in it, so what is said in the
// secured one leaves this end in clear.
type Conference struct {
	Calls []string `json:"calls"`
	Mixed bool     `json:"mixed"`
}

// EventName implements Event.
func (Conference) EventName() string { return "conference" }

// conferences is what was told last of the conference.
type conferences struct {
	mu   sync.Mutex // orders the telling
	last Conference
}

// Conference joins calls that are up, of any line at the desk: each party hears the
// user and the others.
// Those on hold are resumed, other calls held. Each call keeps its own security.
// If one cannot be resumed there is no conference, and who had the sound goes on.
func (l *Line) Conference(calls ...*Call) error {
	if len(calls) < 2 {
		return ErrNoOther
	}
	before := l.speaking()
	for _, o := range l.desk.all() {
		if !slices.Contains(calls, o) {
			o.parkNow()
		}
	}
	var members []*media
	for _, c := range calls {
		if err := c.ask(c.unhold); err != nil {
			before.goOn()
			return err
		}
		members = append(members, c.media)
	}
	if !l.desk.join(members) {
		return ErrNotUp // one has ended meanwhile
	}
	for _, c := range calls {
		c.post(c.publish)
	}
	l.tellConference()
	first := calls[0]
	first.post(func() { first.media.playTone(l.cfg.Calls.ConferenceTone, "conference") })
	return nil
}

// conferring are the calls of the conference.
func (l *Line) conferring() []*Call {
	var out []*Call
	for _, m := range l.desk.members() {
		out = append(out, m.call)
	}
	return out
}

// leaveConference takes a call that is held out of the conference; the others
// stay.
func (c *Call) leaveConference() {
	if slices.Contains(c.line.desk.members(), c.media) {
		c.parked = true
		c.line.desk.release(c.media)
	}
}

// tellConference tells of the conference if it is not as it was told last.
func (l *Line) tellConference() {
	l.desk.conference.mu.Lock()
	defer l.desk.conference.mu.Unlock()
	now := Conference{Calls: []string{}}
	secured := 0
	for _, m := range l.desk.members() {
		now.Calls = append(now.Calls, m.call.id)
		if m.call.Info().Secure == SecureDone {
			secured++
		}
	}
	now.Mixed = secured > 0 && secured < len(now.Calls)
	last := l.desk.conference.last
	if now.Mixed == last.Mixed && slices.Equal(now.Calls, last.Calls) {
		return
	}
	l.desk.conference.last = now
	l.emit(nil, now)
}
