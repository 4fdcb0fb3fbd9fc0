package decode

import (
	"strconv"
	"time"

	"star18/securecall"
)

// State is how a call ended up.
type State string

// The states.
const (
	NotAsked State = "not_asked" // nobody wanted security
	InClear  State = "in_clear"  // wanted, and not reached
	Agreed   State = "agreed"    // keys agreed; the file does not show media of both sides
	Secured  State = "secured"
	Lost     State = "lost" // secured, then not any more
)

// String implements fmt.Stringer.
func (s State) String() string { return string(s) }

// Verdict is the state, and if it is not good, why.
type Verdict struct {
	State  State
	Reason securecall.Reason // empty if secured or not asked
	Status int               // the SIP status that refused, 0 if none did
	Why    string            // what in the file shows it
}

func clear(reason securecall.Reason, status int, why string) Verdict {
	return Verdict{InClear, reason, status, why}
}

// judge goes the way of the handshake and stops where it ended.
func (c *Call) judge(before []*Call) Verdict {
	if v, ok := c.told(); ok {
		return v
	}
	hello := c.attempt(func(s *Step) bool { return s.Final == nil && s.By == Caller })
	if hello == nil {
		return c.withoutHello(before)
	}
	if v, over := c.judgeHello(hello); over {
		return v
	}
	if v, over := c.judgeAnswer(hello.Answer); over {
		return v
	}
	final := c.attempt(func(s *Step) bool { return s.Final != nil && s.By == Caller })
	if final == nil {
		return c.unfinished(hello.Answer)
	}
	if v, over := c.judgeFinal(final, before); over {
		return v
	}
	return c.judgeMedia(final)
}

// attempt is the last request of a kind that was not merely asked for
// credentials: an accepted one rather than a later one that was refused.
func (c *Call) attempt(kind func(*Step) bool) *Step {
	var last *Step
	for _, s := range c.Steps {
		if s.Status == 0 && kind(s) && !last.accepted() && (last == nil || !s.Answer.asksCredentials()) {
			last = s
		}
	}
	return last
}

func (s *Step) accepted() bool { return s != nil && s.Answer.Accepted() }

// told: a transcript knows its outcome.
func (c *Call) told() (Verdict, bool) {
	if c.Told == nil || len(c.Told.Outcomes) == 0 {
		return Verdict{}, false
	}
	secured := false
	for _, o := range c.Told.Outcomes {
		secured = secured || o.Secured
	}
	last := c.Told.Outcomes[len(c.Told.Outcomes)-1]
	v := Verdict{State: Secured, Why: "the transcript says so, " + Shown(last.Transform)}
	if !last.Secured {
		v = clear(securecall.Reason(Shown(string(last.Reason))), last.Status, Shown(last.Detail))
		if secured {
			v.State = Lost
		}
	}
	return v, true
}

// withoutHello: nobody asked, or not in the right way.
func (c *Call) withoutHello(before []*Call) Verdict {
	if final := c.attempt(func(s *Step) bool { return s.Final != nil }); final != nil {
		if v, over := c.judgeFinal(final, before); over && v.Reason == securecall.Replayed {
			return v
		}
		return clear(securecall.OutOfOrder, answered(final), "a final came without a hello before it")
	}
	for _, s := range c.Steps {
		if s.By == Callee && s.Status == 0 {
			return clear(securecall.OutOfOrder, answered(s), "the called side sent a hello of its own; only the caller begins")
		}
	}
	for _, side := range []Side{Caller, Callee} {
		for _, d := range c.media[side] {
			if len(d.Crypto) > 0 || d.Profile.Encrypted() {
				return clear(securecall.SDESPeer, c.inviteRefused(), "the "+side.String()+" describes "+Shown(d.Profile.String())+
					" with "+strconv.Itoa(len(d.Crypto))+" a=crypto lines (RFC 4568): another protocol, on an SPA the setting s-descriptor")
			}
		}
	}
	return Verdict{State: NotAsked, Why: "no INFO request of the secure call is in the file"}
}

// inviteRefused is the status that refused the INVITE, or 0.
func (c *Call) inviteRefused() int {
	for _, m := range c.Messages {
		if m.Method == "INVITE" && m.Status >= 400 && m.Status != 401 && m.Status != 407 {
			return m.Status
		}
	}
	return 0
}

func answered(s *Step) int {
	if s.Answer == nil {
		return 0
	}
	return s.Answer.Status
}

// patience is how long an INFO is waited for (timer F of an SPA).
const patience = 16 * time.Second

// silence is why a request has no answer.
func (c *Call) silence(s *Step, what string) Verdict {
	if c.EndedBy != "" && c.Ended.Sub(s.At) < patience {
		return clear(securecall.CallEnded, 0, "the "+c.EndedBy.String()+" hung up before the "+what+" was answered")
	}
	return clear(securecall.PeerSilent, 0, "the "+what+" was never answered"+c.large(s))
}

// large: a lost long INFO is mostly one that a network on the way does not
// carry in fragments.
func (c *Call) large(s *Step) string {
	for _, m := range c.Messages {
		if m.At.Equal(s.At) && m.Method == "INFO" && len(m.Raw) > 1300 {
			return "; with " + strconv.Itoa(len(m.Raw)) + " bytes it travels in IP fragments, which some firewalls drop"
		}
	}
	return ""
}
