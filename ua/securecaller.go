package ua

import (
	"errors"
	"fmt"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/audio/rtpstream"
	"star18/securecall"
	"star18/ua/sipnet"
)

// callerStage is the second stage at the end that dialled *18: it sends the two
// INFO requests and switches its stream. The protocol itself is in securecall.
//
//	ACK ─▶ first packet or start delay ─▶ Hello ─▶ 200 ─▶ Final ─▶ 200 ─▶ switch
type callerStage struct {
	call    *Call
	wanted  bool
	machine *securecall.Caller
	tell    assurance

	begun    bool
	delayed  bool // begins when the hold ends
	keys     securecall.Keys
	peer     securecall.Peer
	switched bool
	abandon  func()
	silence  *time.Timer
}

func newCallerStage(c *Call) *callerStage {
	return &callerStage{call: c, wanted: c.target.Secure, tell: assurance{call: c}}
}

// announce tells, before it rings, that this call cannot become secure.
func (s *callerStage) announce() {
	cfg := s.call.line.cfg.Secure
	switch {
	case !s.wanted:
	case !cfg.Service:
		s.tell.refuse(securecall.ServiceOff, "secure.service is off", 0)
	case cfg.Identity == nil:
		s.tell.refuse(securecall.NoIdentity, cfg.identityFault().Error(), 0)
	}
}

var errNoIdentity = errors.New("secure.mini_certificate and secure.private_key are not set")

// identityFault is why there is no identity.
func (s SecureConfig) identityFault() error {
	if s.IdentityErr != nil {
		return s.IdentityErr
	}
	return errNoIdentity
}

func (s *callerStage) confirmed() {
	if !s.wanted || s.tell.refused {
		return
	}
	delay := s.call.line.cfg.Secure.StartDelay
	if delay <= 0 {
		s.begin()
		return
	}
	s.call.after(delay, s.begin)
}

// firstPacket: both sides are ready to stream.
func (s *callerStage) firstPacket() {
	if s.wanted && !s.tell.refused && !s.call.ackAt.IsZero() {
		s.begin()
	}
}

// begin sends the Caller Hello, once in a call; on hold it waits for the
// resumption.
func (s *callerStage) begin() {
	c := s.call
	if s.begun || c.state != up {
		return
	}
	if s.delayed = c.media.agreed.Held; s.delayed {
		return
	}
	s.begun = true
	c.media.whenOpen(func() {
		if c.state == up && c.media.stream != nil {
			s.hello()
		}
	})
}

func (s *callerStage) hello() {
	c, cfg := s.call, s.call.line.cfg.Secure
	c.emit(Securing{})
	machine, refusal := securecall.NewCaller(securecall.CallerConfig{
		Identity: cfg.Identity, Wire: cfg.Wire, ExpectUserID: c.target.Number, TrustPublishedCA: cfg.TrustPublishedCA,
	})
	if refusal != nil {
		s.fail(refusal)
		return
	}
	s.machine = machine
	s.send(machine.Hello(c.media.stream.SSRC()), func(res *sip.Response) {
		final, keys, peer, refusal := machine.HelloAnswered(res.StatusCode, contentType(res), res.Body(), c.media.streams())
		s.noteAnswer(res)
		if refusal != nil {
			s.fail(refusal)
			return
		}
		s.keys, s.peer = keys, peer
		s.final(final)
	})
}

// final sends the Caller Final. The keys exist from here on: what the callee
// protects before we hear its 200 must already be understood.
func (s *callerStage) final(body []byte) {
	if err := s.call.media.stream.ArmReceive(s.streamKeys()); err != nil {
		s.fail(&securecall.Refusal{Reason: securecall.LocalError, Detail: err.Error()})
		return
	}
	s.sendFinal(body)
}

func (s *callerStage) sendFinal(body []byte) {
	s.send(body, func(res *sip.Response) {
		s.noteAnswer(res)
		outcome := s.machine.FinalAnswered(res.StatusCode)
		switch {
		case s.switched: // an authenticated packet was quicker
		case outcome.Refusal != nil:
			s.fail(outcome.Refusal)
		case outcome.SendAgain != nil:
			s.sendFinal(outcome.SendAgain)
		default:
			s.switchOver()
		}
	})
}

// send carries one message to the peer and its answer back, within the time
// limit of an INFO.
func (s *callerStage) send(body []byte, then func(*sip.Response)) {
	c, cfg := s.call, s.call.line.cfg.Secure
	c.note(Exchange{Role: RoleCaller, Sent: true, Method: string(sip.INFO), ContentType: cfg.Wire.ContentType}, body, s.machine.Observed())
	silent := func(detail string) {
		if !s.switched {
			refusal := s.machine.TimedOut()
			refusal.Detail += ": " + detail
			s.fail(refusal)
		}
	}
	s.silence = c.after(cfg.InfoTimeout, func() {
		s.abandon()
		silent(fmt.Sprintf("none within %v", cfg.InfoTimeout))
	})
	s.abandon = c.exchange(func() *sip.Request {
		req := c.dlg.Request(sip.INFO)
		req.AppendHeader(&sip.ContactHeader{Address: c.contact()})
		setBody(req, cfg.Wire.ContentType, body)
		return req
	}, func(res *sip.Response, err error) {
		s.silence.Stop()
		if err != nil {
			silent(err.Error())
			return
		}
		then(res)
	})
}

func (s *callerStage) noteAnswer(res *sip.Response) {
	s.call.note(Exchange{Role: RoleCaller, Status: res.StatusCode, ContentType: contentType(res)}, res.Body(), s.machine.Observed())
}

// switchOver: from the next packet on everything we send is protected.
func (s *callerStage) switchOver() {
	stream := s.call.media.stream
	s.switched = true
	if err := stream.ProtectSend(s.streamKeys()); err != nil {
		s.fail(&securecall.Refusal{Reason: securecall.LocalError, Detail: err.Error()})
		return
	}
	stream.LimitClear(clearLimit)
	s.tell.keysAgreed(s.peer)
}

// authenticated: a packet under the keys says that the callee accepted the
// Final, whether or not its 200 arrived.
func (s *callerStage) authenticated(at time.Time, transform string) {
	if !s.switched && s.call.state == up {
		s.switchOver()
	}
	s.tell.authenticated(at, transform)
}

// fail ends the stage; the call goes on in clear.
func (s *callerStage) fail(r *securecall.Refusal) {
	if stream := s.call.media.stream; stream != nil {
		stream.DisarmReceive()
	}
	s.tell.refuse(r.Reason, r.Detail, r.Status)
}

// info: only a caller sends Hellos and Finals, and we are the caller.
func (s *callerStage) info(req *sip.Request, tx *sipnet.ServerTx) bool {
	if !s.call.line.cfg.Secure.Wire.IsOurs(contentType(req), req.Body()) {
		return false
	}
	s.call.answer(tx, req, sip.StatusNotAcceptableHere, "Not Acceptable Here")
	return true
}

func (s *callerStage) second() {
	if s.delayed {
		s.begin()
	}
	s.tell.watch()
}

func (s *callerStage) over() {
	if s.silence != nil {
		s.silence.Stop()
		s.abandon()
	}
	if s.wanted {
		s.tell.over()
	}
}

func (s *callerStage) streamKeys() rtpstream.Keys {
	return s.call.line.cfg.Secure.streamKeys(s.keys, rtpstream.Caller)
}

// streamKeys gives the agreed key to the stream, with the transforms that the
// line knows.
func (s SecureConfig) streamKeys(k securecall.Keys, role rtpstream.Role) rtpstream.Keys {
	return rtpstream.Keys{Master: k.Master, Salt: k.Salt, Transforms: s.Transforms, Role: role}
}
