package securecall

import (
	"bytes"
	"io"
	"slices"
	"time"
)

// CalleeConfig is what a callee needs to know.
type CalleeConfig struct {
	// Identity is nil if the line has none or a bad one; IdentityErr is then
	// why, the error of NewIdentity.
	Identity    *Identity
	IdentityErr error

	Service bool // false: refuse everything
	Wire    Wire

	// Replay must be shared by all calls of the identity and outlive the
	// program. Without one every Final is refused.
	Replay ReplayList

	// Limiter is shared by all calls of the identity; nil is one for this call
	// alone.
	Limiter *Limiter

	Now  func() time.Time // nil: the real clock
	Rand io.Reader        // nil: crypto/rand
}

// Callee is the called side of one call: it answers whatever the caller sends,
// in any order, and keeps count. One goroutine at a time.
type Callee struct {
	cfg      CalleeConfig
	hello    *acceptedHello
	done     bool // a Final was accepted: no other message changes anything
	opened   int  // Finals that reached the private key
	memory   []remembered
	observed Observed
}

// acceptedHello is what a later Final builds on.
type acceptedHello struct {
	peer  Peer
	order Order
}

// remembered is a message and its answer: the same bytes get the same answer,
// whatever has happened since and whatever CSeq they come with.
type remembered struct {
	msg    []byte
	answer Answer
}

// Answer is the response to one INFO and what follows from it.
type Answer struct {
	Status      int
	Phrase      string
	ContentType string // empty without a body
	Body        []byte

	// NewSSRC, if not zero, must be the SSRC of our stream, and its first
	// packet sent, before this answer: the caller's SSRC was ours.
	NewSSRC uint32

	Peer    *Peer    // set when a Hello or a Final was accepted
	Keys    *Keys    // set when a Final was accepted
	Refusal *Refusal // set when anything was refused

	// Repeated: these bytes were answered before. Nothing but the response is
	// repeated; NewSSRC, Peer and Keys are not set.
	Repeated bool
}

// NewCallee returns the machine for one call. What is missing in cfg shows in
// its answers.
func NewCallee(cfg CalleeConfig) *Callee {
	cfg.Now, cfg.Rand = orRealClock(cfg.Now), orRealRandom(cfg.Rand)
	if cfg.Limiter == nil {
		cfg.Limiter = NewLimiter(cfg.Now)
	}
	return &Callee{cfg: cfg}
}

// IsOurs tells whether an INFO request is for Receive at all.
func (c *Callee) IsOurs(contentType string, body []byte) bool {
	return c.cfg.Wire.IsOurs(contentType, body)
}

// Observed is what the caller's messages showed of its dialect.
func (c *Callee) Observed() Observed { return slices.Clone(c.observed) }

// Receive answers the body of an INFO.
func (c *Callee) Receive(contentType string, body []byte, s Streams) Answer {
	msg, err := DecodeBody(body)
	if err != nil {
		return c.refuseAll(refuse(NotBase64, ""))
	}
	if !isHelloLen(len(msg)) && !isFinalLen(len(msg)) {
		return c.refuseAll(refuse(BadLength, "no message has this length"))
	}
	for _, r := range c.memory {
		if bytes.Equal(r.msg, msg) {
			return r.answer.again()
		}
	}
	if len(c.memory) >= maxMessages {
		return c.refuseAll(refuse(OutOfOrder, "too many different messages in one call"))
	}
	a := c.answer(contentType, msg, s)
	c.memory = append(c.memory, remembered{msg, a.again()})
	return a
}

// refuseAll refuses with r, unless the line has no secure calls at all, which
// is then the reason for everything.
func (c *Callee) refuseAll(r *Refusal) Answer {
	if off := c.unavailable(); off != nil {
		r = off
	}
	return refusing(r)
}

// answer decides on a message that has not been seen before.
func (c *Callee) answer(contentType string, msg []byte, s Streams) Answer {
	if off := c.unavailable(); off != nil {
		return refusing(off)
	}
	if c.done {
		return refusing(refuse(OutOfOrder, "the call is secure already"))
	}
	if hello, err := ParseHello(msg); err == nil {
		return c.answerHello(contentType, len(msg), hello, s)
	}
	final, err := ParseFinal(msg)
	if err != nil {
		return refusing(refuse(BadLength, err.Error()))
	}
	return c.answerFinal(contentType, len(msg), final)
}

// unavailable is why this line makes no secure calls, or nil.
func (c *Callee) unavailable() *Refusal {
	if !c.cfg.Service {
		return unsupported(ServiceOff, "")
	}
	if c.cfg.Identity == nil {
		why := error(CertificateMissing)
		if c.cfg.IdentityErr != nil {
			why = c.cfg.IdentityErr
		}
		return unsupported(NoIdentity, why.Error())
	}
	if err := c.cfg.Wire.Validate(); err != nil {
		return refuse(LocalError, err.Error())
	}
	return nil
}

func unsupported(reason Reason, detail string) *Refusal {
	return &Refusal{Reason: reason, Detail: detail, Status: statusUnsupported}
}

// refusing is the answer to everything that is refused: 415 if the line has no
// secure calls, else 488, with the same bytes whatever the reason was.
func refusing(r *Refusal) Answer {
	if r.Status == statusUnsupported {
		return Answer{Status: r.Status, Phrase: "Unsupported Media Type", Refusal: r}
	}
	r.Status = statusRefused
	return Answer{Status: r.Status, Phrase: "Not Acceptable Here", Refusal: r}
}

// again is the answer to the same bytes: the response without its effects. It
// is what the call remembers, so the keys are in other hands only.
func (a Answer) again() Answer {
	a.NewSSRC, a.Peer, a.Keys, a.Repeated = 0, nil, nil, true
	a.Body = slices.Clone(a.Body)
	return a
}
