package main

import (
	"context"
	"slices"
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
// its state, and the control.Phone that tells and commands it.
type controls struct {
	keys

	mu     sync.Mutex
	board  board.Board
	server *control.Server // nil until it listens
}

// Tell implements say.Teller.
func (c *controls) Tell(t say.Told) {
	c.mu.Lock()
	c.board.Tell(t)
	server := c.server
	c.mu.Unlock()
	if server != nil {
		say.JSON{W: server}.Tell(t)
	}
}

// Do implements control.Phone.
func (c *controls) Do(text string) ([]string, error) {
	command, err := keyline.Parse(text)
	if err != nil {
		return nil, err
	}
	return c.run(command)
}

// serve listens until the session ends. Without it the telephone works as well.
func (c *controls) serve(ctx context.Context, a *app, s *session) error {
	line := s.cfg.Settings.Line
	path, err := a.controlPath(line.User, line.Domain)
	if err != nil {
		return err
	}
	c.keys = keys{a, s, ctx}
	server, err := control.Listen(path, "sip:"+line.User+"@"+line.Domain, c)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.server = server
	c.mu.Unlock()
	// Last of all: the end of the calls is told too, and ends what still waits.
	s.end = slices.Insert(s.end, 0, func() { _ = server.Close() })
	return nil
}

// Status implements control.Phone.
func (c *controls) Status() any {
	infos := c.s.line.Calls()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.board.Refresh(infos)
	return statusOf(&c.board, time.Now())
}

// status is what ctl status tells; its fields are an interface for scripts.
type status struct {
	Registration registrationStatus `json:"registration"`
	Calls        []callStatus       `json:"calls"`
	Missed       int                `json:"missed"`
	Messages     *ua.Messages       `json:"messages,omitempty"`
	SoundFault   string             `json:"sound_fault,omitempty"`
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
	State      string      `json:"state"` // calling, ringing or up
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

func statusOf(b *board.Board, now time.Time) status {
	r := b.Registration
	out := status{
		Registration: registrationStatus{
			State: [...]string{"registering", "registered", "failed"}[r.State],
			AOR:   r.AOR, Via: r.Via, Status: r.Status, Reason: r.Reason,
			Expires: secondsTo(r.Until, now), RetryIn: secondsTo(r.Retry, now),
		},
		Calls: []callStatus{}, Missed: b.Missed, SoundFault: b.SoundFault,
	}
	if b.Messages != (ua.Messages{}) {
		out.Messages = &b.Messages
	}
	for _, c := range b.Calls {
		out.Calls = append(out.Calls, callStatusOf(c, now))
	}
	return out
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
		ID: i.ID, State: i.State, Direction: "in", Number: i.Number, Name: i.Name,
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
