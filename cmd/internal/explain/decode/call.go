package decode

import (
	"slices"
	"time"

	"star18/cmd/internal/capture"
	"star18/cmd/internal/explain/source"
	"star18/securecall"
	"star18/ua/sdp"
)

// Side is one of the two ends of a call.
type Side string

// The sides.
const (
	Caller Side = "caller"
	Callee Side = "callee"
)

// String implements fmt.Stringer.
func (s Side) String() string { return string(s) }

// Other is who the side talks to.
func (s Side) Other() Side {
	if s == Caller {
		return Callee
	}
	return Caller
}

// Options are what the one who asks knows.
type Options struct {
	CA     *securecall.CA // that certificates should be signed by; nil if not known
	CAName string         // where it comes from
	Zone   securecall.Zone
	Wire   securecall.Wire // the settings to compare with
}

// Call is one dialog and its media.
type Call struct {
	ID        string
	Number    string // the user part of the INVITE
	Messages  []*Message
	Agent     map[Side]string
	Steps     []*Step
	Streams   []*Stream
	Recorded  bool // a transcript: what it does not hold did not have to happen
	Told      *source.Told
	Verdict   Verdict
	Differ    []securecall.Difference
	Answered  time.Time // the 200 to the INVITE; zero if it was not seen
	Ended     time.Time // the BYE
	EndedBy   Side
	media     map[Side][]*sdp.Session
	callerTag string
	opt       Options
}

// Bounds of what is explained: calls of a file, descriptions of a side.
const (
	maxCalls = 1000
	maxMedia = 32
)

// Calls finds the calls of a file, in the order in which they began.
func Calls(f *source.File, opt Options) []*Call {
	var all []*Call
	byID := map[string]*Call{}
	var rtp []capture.Datagram
	for _, d := range f.Packets {
		if d.IsRTP() {
			rtp = append(rtp, d)
			continue
		}
		m, ok := parseMessage(d)
		if !ok {
			continue
		}
		c := byID[m.CallID]
		if c == nil && len(all) < maxCalls {
			c = &Call{ID: m.CallID, Agent: map[Side]string{}, media: map[Side][]*sdp.Session{}, opt: opt,
				Told: f.Told[m.CallID], Recorded: f.Format == source.Transcript}
			byID[m.CallID] = c
			all = append(all, c)
		}
		if c != nil {
			c.add(m)
		}
	}
	all = slices.DeleteFunc(all, func(c *Call) bool { return !c.isCall() })
	assign(streams(rtp), all)
	for i, c := range all {
		c.explain(all[:i])
	}
	return all
}

// isCall: a REGISTER or OPTIONS is none.
func (c *Call) isCall() bool {
	return slices.ContainsFunc(c.Messages, func(m *Message) bool { return m.Method == "INVITE" || m.Method == "INFO" })
}

// Sender is who sent m: the From tag of a request is its sender's, a response
// goes the other way (RFC 3261 sections 8.1.1.3 and 8.2.6.2).
func (c *Call) Sender(m *Message) Side {
	side := Callee
	if m.FromTag == c.callerTag {
		side = Caller
	}
	if !m.Request() {
		side = side.Other()
	}
	return side
}

// add takes a message. One that a proxy passed on, or that was sent again, is
// there twice and means the same.
func (c *Call) add(m *Message) {
	c.Messages = append(c.Messages, m)
	if m.Request() && (c.callerTag == "" || m.Method == "INVITE" && m.ToTag == "" && c.Number == "") {
		c.callerTag = m.FromTag // of an initial INVITE, or the first that we see
	}
	side := c.Sender(m)
	if c.Agent[side] == "" && m.Agent != "" {
		c.Agent[side] = m.Agent
	}
	switch {
	case m.Method == "INVITE" && m.Request() && m.ToTag == "":
		c.Number = user(m.URI) // a proxy may change it; the last is what the callee saw
	case m.Method == "INVITE" && m.Status >= 200 && m.Status < 300 && c.Answered.IsZero():
		c.Answered = m.At
	case m.Method == "BYE" && m.Request() && c.EndedBy == "":
		c.Ended, c.EndedBy = m.At, side
	}
	if m.ContentType == "application/sdp" && len(c.media[side]) < maxMedia {
		if s, err := sdp.Parse(m.Body); err == nil {
			c.media[side] = append(c.media[side], s)
		}
	}
}

// keysAt is when the keys left the caller, with its first final; zero if no final
// was seen.
func (c *Call) keysAt() time.Time {
	for _, s := range c.Steps {
		if s.Final != nil {
			return s.At
		}
	}
	return time.Time{}
}

func (c *Call) explain(before []*Call) {
	if c.Told != nil && c.Number == "" {
		c.Number = Shown(c.Told.Number)
	}
	c.steps()
	for _, s := range c.Streams {
		s.study(c.keysAt())
	}
	c.Verdict = c.judge(before)
	c.Differ = c.differences()
}
