package main

import (
	"sync"
	"time"

	"star18/cmd/internal/board"
	"star18/cmd/internal/control"
	"star18/cmd/internal/keyline"
	"star18/cmd/internal/say"
	"star18/cmd/internal/state"
	"star18/ua"
)

// controlPath is where a line is controlled, unless --control-socket says.
func (a *app) controlPath(user, domain string) (string, error) {
	if a.flags.controlSocket != "" {
		return a.flags.controlSocket, nil
	}
	return state.ControlPath(a.flags.state, user, domain)
}

// controls is the telephone as other programs see it: a say.Teller that keeps
// its state and tells them.
type controls struct {
	mu      sync.Mutex
	board   board.Board
	servers []*control.Server
}

// Tell implements say.Teller.
func (c *controls) Tell(t say.Told) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.board.Tell(t)
	for _, s := range c.servers {
		say.JSON{W: s}.Tell(t) // never waits
	}
}

func (c *controls) serve(s *control.Server) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.servers = append(c.servers, s)
}

// socket is the control.Phone of one line's socket.
type socket struct {
	*controls
	keys
}

// Do implements control.Phone.
func (s socket) Do(text string) ([]string, error) {
	command, err := keyline.Parse(text)
	if err != nil {
		return nil, err
	}
	return s.run(command)
}

// Status implements control.Phone.
func (s socket) Status() any {
	infos := s.phone.desk.Calls()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.board.Refresh(infos)
	own := s.chosen()
	out := statusOf(&s.board, s.app.accountOf(own.cfg), time.Now())
	if s.app.several {
		for _, l := range s.phone.lines {
			line := s.board.Line(l.name())
			out.Lines = append(out.Lines, lineStatus{
				Account: l.name(), Chosen: l == own, Registration: registrationOf(line, time.Now()), Messages: messagesOf(line),
			})
		}
	}
	return out
}

// status is what ctl status tells; its fields are an interface for scripts.
type status struct {
	Registration registrationStatus `json:"registration"`
	Calls        []callStatus       `json:"calls"`
	Missed       int                `json:"missed"`
	Messages     *ua.Messages       `json:"messages,omitempty"`
	SoundFault   string             `json:"sound_fault,omitempty"`
	Lines        []lineStatus       `json:"lines,omitempty"` // where there are several
}

type lineStatus struct {
	Account      string             `json:"account"`
	Chosen       bool               `json:"chosen,omitempty"` // calls from here go by it
	Registration registrationStatus `json:"registration"`
	Messages     *ua.Messages       `json:"messages,omitempty"`
}

type registrationStatus struct {
	State   string `json:"state"` // registering, registered or failed
	AOR     string `json:"aor,omitempty"`
	Via     string `json:"via,omitempty"`
	Expires int    `json:"expires,omitempty"` // seconds from now
	Status  int    `json:"status,omitempty"`
	Reason  string `json:"reason,omitempty"`
	RetryIn int    `json:"retry_in,omitempty"` // seconds from now
}

type callStatus struct {
	ID         string      `json:"id"`
	Account    string      `json:"account,omitempty"` // of its line, where there are several
	State      string      `json:"state"`             // calling, ringing or up
	Direction  string      `json:"direction"`
	Number     string      `json:"number"`
	Name       string      `json:"name,omitempty"` // as SIP says
	Security   string      `json:"security"`       // clear, securing, secure or not_secure
	Reason     string      `json:"reason,omitempty"`
	Certified  *ua.Secured `json:"certified,omitempty"`
	DurationMS int64       `json:"duration_ms"`
	Codec      string      `json:"codec,omitempty"`
	Active     bool        `json:"active"`
	HeldByUs   bool        `json:"held_by_us,omitempty"`
	HeldByPeer bool        `json:"held_by_peer,omitempty"`
	Conference bool        `json:"conference,omitempty"`
	Muted      bool        `json:"muted,omitempty"`
	Recording  bool        `json:"recording,omitempty"`
	NoAudio    bool        `json:"no_audio,omitempty"` // nothing of the other side arrives
}

// statusOf is the status as the line of this name tells it.
func statusOf(b *board.Board, account string, now time.Time) status {
	l := b.Line(account)
	out := status{
		Registration: registrationOf(l, now), Messages: messagesOf(l),
		Calls: []callStatus{}, Missed: b.Missed, SoundFault: b.SoundFault,
	}
	for _, c := range b.Calls {
		out.Calls = append(out.Calls, callStatusOf(c, now))
	}
	return out
}

func registrationOf(l *board.Line, now time.Time) registrationStatus {
	r := l.Registration
	return registrationStatus{
		State: [...]string{"registering", "registered", "failed"}[r.State],
		AOR:   r.AOR, Via: r.Via, Status: r.Status, Reason: r.Reason,
		Expires: secondsTo(r.Until, now), RetryIn: secondsTo(r.Retry, now),
	}
}

func messagesOf(l *board.Line) *ua.Messages {
	if l.Messages == (ua.Messages{}) {
		return nil
	}
	return &l.Messages
}

func secondsTo(at, now time.Time) int {
	if at.Before(now) {
		return 0
	}
	return int(at.Sub(now).Round(time.Second).Seconds())
}

func callStatusOf(c *board.Call, now time.Time) callStatus {
	i := c.Info
	out := callStatus{
		ID: i.ID, Account: c.Account, State: i.State, Direction: "in", Number: i.Number, Name: i.Name,
		Security:   [...]string{"clear", "securing", "secure", "not_secure"}[c.Security],
		DurationMS: c.Duration(now).Milliseconds(), Codec: c.Codec,
		Active: i.Active, HeldByUs: i.HeldByUs, HeldByPeer: i.HeldByPeer, Conference: i.Conference,
		Muted: i.Muted, Recording: c.Recording, NoAudio: c.Deaf != nil,
	}
	if i.Outgoing {
		out.Direction = "out"
	}
	switch c.Security {
	case board.Secure:
		proof := c.Proof
		out.Certified = &proof
	case board.NotSecure:
		out.Reason = c.Why.Reason.String()
	}
	return out
}
