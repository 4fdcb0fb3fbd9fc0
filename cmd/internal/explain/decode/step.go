package decode

import (
	"bytes"
	"time"

	"star18/securecall"
)

// Step is one message of the secure stage.
type Step struct {
	At          time.Time
	By          Side
	Status      int // 0 of a request
	Phrase      string
	ContentType string
	Chars       int
	Bytes       int
	Missing     int               // bytes of the body that were not captured
	Fault       securecall.Reason // why the body cannot be read
	Hello       *Hello
	Final       *Final
	Answer      *Step // the final response to a request
	Again       bool  // the same bytes as before, with credentials
	body        []byte
}

// Empty tells a message without a body.
func (s *Step) Empty() bool { return s.Chars == 0 }

// maxSteps of a call are looked at; an honest handshake has six or eight.
const maxSteps = 64

// steps finds the secure stage among the messages: INFO requests that are ours
// by type or by length, and their final responses.
func (c *Call) steps() {
	open := map[string]*Step{}
	for _, m := range c.Messages {
		if m.Method != "INFO" || len(c.Steps) >= maxSteps {
			continue
		}
		key := m.CSeq + " " + m.FromTag
		request := open[key]
		switch {
		case m.Request() && request == nil && c.opt.Wire.IsOurs(m.ContentType, m.Body):
			s := c.step(m)
			s.Again = c.challenged(s)
			open[key] = s
			c.Steps = append(c.Steps, s)
		case !m.Request() && m.Status >= 200 && request != nil && request.Answer == nil:
			request.Answer = c.step(m)
			c.Steps = append(c.Steps, request.Answer)
		}
	}
}

// challenged: the same body was refused for want of credentials before.
func (c *Call) challenged(s *Step) bool {
	for _, old := range c.Steps {
		if old.Status == 0 && old.Answer.asksCredentials() && bytes.Equal(old.body, s.body) {
			return true
		}
	}
	return false
}

func (s *Step) asksCredentials() bool { return s != nil && (s.Status == 401 || s.Status == 407) }

// Accepted is a 2xx.
func (s *Step) Accepted() bool { return s != nil && s.Status >= 200 && s.Status < 300 }

func (c *Call) step(m *Message) *Step {
	s := &Step{
		At: m.At, By: c.Sender(m), Status: m.Status, Phrase: m.Phrase, ContentType: m.ContentType,
		Chars: len(bytes.TrimSpace(m.Body)), Missing: m.missing, body: m.Body,
	}
	msg, err := securecall.DecodeBody(m.Body)
	if err != nil {
		s.Fault = securecall.NotBase64
		return s
	}
	s.Bytes = len(msg)
	if h, err := securecall.ParseHello(msg); err == nil {
		s.Hello = c.hello(h, msg, m.At, s.By)
	} else if f, err := securecall.ParseFinal(msg); err == nil {
		s.Final = c.final(f, msg)
	} else if len(msg) > 0 {
		s.Fault = securecall.BadLength
	}
	return s
}
