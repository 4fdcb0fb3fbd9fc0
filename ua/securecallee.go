package ua

import (
	"context"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/audio/rtpstream"
	"star18/securecall"
	"star18/ua/sipnet"
)

const (
	// secondFinal is how long a refused Final may be followed by another (a
	// caller with final: auto sends joined after split) before the user is told.
	secondFinal = 2 * time.Second
	// ssrcLimit bounds the wait for the first packet under a fresh SSRC.
	ssrcLimit = 200 * time.Millisecond
)

// calleeStage is the second stage at the end that was called: it answers INFO
// requests and switches its stream after the answer to the Final.
type calleeStage struct {
	call    *Call
	machine *securecall.Callee
	tell    assurance
	heard   bool // a Hello or Final arrived: the caller wants security
	patient *time.Timer
	peer    securecall.Peer
}

func newCalleeStage(c *Call) *calleeStage {
	cfg := c.line.cfg.Secure
	return &calleeStage{
		call: c,
		tell: assurance{call: c},
		machine: securecall.NewCallee(securecall.CalleeConfig{
			Identity: cfg.Identity, IdentityErr: cfg.IdentityErr, Service: cfg.takesHellos(),
			Wire: cfg.Wire, Replay: cfg.Replay, Limiter: c.line.limiter,
		}),
	}
}

func (s *calleeStage) info(req *sip.Request, tx *sipnet.ServerTx) bool {
	c := s.call
	if !s.machine.IsOurs(contentType(req), req.Body()) {
		return false
	}
	if c.state != up || c.media.stream == nil {
		c.answer(tx, req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
		return true
	}
	if !s.heard {
		s.heard = true
		c.emit(Securing{})
	}
	answer := s.machine.Receive(contentType(req), req.Body(), c.media.streams())
	c.note(Exchange{Role: RoleCallee, Method: string(sip.INFO), ContentType: contentType(req)}, req.Body(), s.machine.Observed())
	s.act(req, tx, answer)
	return true
}

// act carries out the machine's answer in the order that the protocol needs:
// a new SSRC on the wire before the Hello's 200, decryption before the Final's
// 200, protection after it.
func (s *calleeStage) act(req *sip.Request, tx *sipnet.ServerTx, a securecall.Answer) {
	c := s.call
	if a.NewSSRC != 0 {
		ctx, cancel := context.WithTimeout(context.Background(), ssrcLimit)
		err := c.media.stream.ChangeSSRC(ctx, a.NewSSRC)
		cancel()
		if err != nil {
			c.line.log.Warn("fresh SSRC not on the wire yet", "call", c.id, "error", err)
		}
	}
	if a.Keys != nil {
		if err := c.media.stream.ArmReceive(s.streamKeys(*a.Keys)); err != nil {
			c.answer(tx, req, sip.StatusNotAcceptableHere, "Not Acceptable Here")
			s.tell.refuse(securecall.LocalError, err.Error(), sip.StatusNotAcceptableHere)
			return
		}
	}
	res := c.line.response(req, a.Status, a.Phrase, "")
	setBody(res, a.ContentType, a.Body)
	c.line.respond(tx, res)
	c.note(Exchange{Role: RoleCallee, Sent: true, Status: a.Status, ContentType: a.ContentType}, a.Body, s.machine.Observed())
	s.settle(a)
}

func (s *calleeStage) settle(a securecall.Answer) {
	if a.Repeated {
		return
	}
	if a.Peer != nil {
		s.peer = *a.Peer
	}
	switch {
	case a.Keys != nil:
		s.switchOver(*a.Keys)
	case a.Refusal == nil:
		// Our Hello is out; the Final has the time of an INFO.
		s.wait(s.call.line.cfg.Secure.InfoTimeout, &securecall.Refusal{Reason: securecall.PeerSilent, Detail: "no caller final arrived"})
	case a.Refusal.Reason == securecall.BadKeyBlock && s.patient != nil:
		s.wait(secondFinal, a.Refusal)
	default:
		s.refuse(a.Refusal)
	}
}

// wait tells the user of r unless something better happens within d.
func (s *calleeStage) wait(d time.Duration, r *securecall.Refusal) {
	s.unwait()
	s.patient = s.call.after(d, func() { s.refuse(r) })
}

func (s *calleeStage) unwait() { stopTimer(s.patient) }

func (s *calleeStage) refuse(r *securecall.Refusal) {
	s.tell.refuse(r.Reason, r.Detail, r.Status)
}

// switchOver: the 200 to the Final has been sent.
func (s *calleeStage) switchOver(keys securecall.Keys) {
	s.unwait()
	stream := s.call.media.stream
	if err := stream.ProtectSend(s.streamKeys(keys)); err != nil {
		s.tell.refuse(securecall.LocalError, err.Error(), 0)
		return
	}
	stream.LimitClear(clearLimit)
	s.tell.keysAgreed(s.peer)
}

func (s *calleeStage) streamKeys(k securecall.Keys) rtpstream.Keys {
	return s.call.line.cfg.Secure.streamKeys(k, rtpstream.Callee)
}

func (s *calleeStage) authenticated(at time.Time, transform string) {
	s.tell.authenticated(at, transform)
}

func (s *calleeStage) second() { s.tell.watch() }

func (s *calleeStage) over() {
	s.unwait()
	if s.heard {
		s.tell.over()
	}
}

// The caller decides and begins: nothing to do for these.
func (s *calleeStage) confirmed()   {}
func (s *calleeStage) firstPacket() {}
