package ua

import (
	"errors"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/securecall"
	"star18/ua/sdp"
	"star18/ua/sipnet"
)

// sdesStage is the security of a call with keys in SDP, at either end. There is
// no second stage: the keys come with the offer and its answer, and the stream
// is protected from its first packet.
//
//	INVITE RTP/SAVP ─▶ 200 RTP/SAVP ─▶ ACK ─▶ first authenticated packet ─▶ secured
//	                └▶ 488 ─▶ not secured ─▶ INVITE RTP/AVP, the call in clear
type sdesStage struct {
	call  *Call
	tell  assurance
	begun bool
}

func newSDESStage(c *Call) *sdesStage {
	return &sdesStage{call: c, tell: assurance{call: c, hopByHop: true}}
}

// confirmed: the keys have passed both ways, unless the answer took none.
func (s *sdesStage) confirmed() { s.begin() }

// begin waits for the peer's packets; while it is on hold, or we are, there are
// none.
func (s *sdesStage) begin() {
	c := s.call
	switch {
	case s.begun || s.tell.refused:
	case c.media.keying == nil:
		s.tell.refuse(securecall.PeerRefused, errPlainAnswer.Error(), sip.StatusOK)
	case c.media.agreed.Direction.Receives() && !c.media.agreed.Held:
		s.begun = true
		c.emit(Securing{})
		s.tell.keysAgreed(securecall.Peer{})
	}
}

func (s *sdesStage) authenticated(at time.Time, transform string) {
	s.tell.authenticated(at, transform)
}

func (s *sdesStage) second() {
	s.begin()
	s.tell.watch()
}

// over: a call that only rang here had no security to lose.
func (s *sdesStage) over() {
	if s.call.outgoing || !s.call.answeredAt.IsZero() {
		s.tell.over()
	}
}

// info refuses Hellos and Finals: this call has its keys.
func (s *sdesStage) info(req *sip.Request, tx *sipnet.ServerTx) bool {
	if !s.call.line.cfg.Secure.Wire.IsOurs(contentType(req), req.Body()) {
		return false
	}
	s.call.answer(tx, req, sip.StatusNotAcceptableHere, "Not Acceptable Here")
	return true
}

// firstPacket starts nothing here.
func (s *sdesStage) firstPacket() {}

// retryPlain places a call again whose keys were refused, in clear and having
// said so: a failure of security loses no call, unless security is required.
// False if the refusal is about something else.
func (c *Call) retryPlain(req *sip.Request, res *sip.Response) bool {
	s, ok := c.stage.(*sdesStage)
	if !ok || c.media.keying == nil || c.media.keying.agreed() || causeOf(res.StatusCode) != CauseNotAcceptable {
		return false
	}
	s.tell.refuse(securecall.PeerRefused, "keys in SDP were refused", res.StatusCode)
	if c.line.cfg.Secure.Require {
		c.finish(Ended{By: Local, Status: res.StatusCode, Cause: CauseSecurityRequired, Detail: shown(res.Reason)})
		return true
	}
	c.media.goPlain()
	c.out.proof, c.out.provisional = proof{}, false
	c.sendInvite(req.CSeq().SeqNo+1, nil)
	return true
}

// unusable is the end of a call whose answer has no media for us. If keys in SDP
// are why, security was not reached either.
func (c *Call) unusable(err error) Ended {
	why := Ended{By: Local, Cause: CauseNotAcceptable, Detail: err.Error()}
	switch s := c.stage.(type) {
	case *sdesStage:
		s.tell.final = true
		s.tell.refuse(keyFault(err), err.Error(), 0)
		if c.line.cfg.Secure.Require {
			why.Cause = CauseSecurityRequired
		}
	case *callerStage:
		if s.wanted && errors.Is(err, securecall.SDESPeer) {
			s.tell.final = true
			s.tell.refuse(securecall.SDESPeer, "", 0)
		}
	}
	return why
}

// keyFault is the reason of an answer that brought no keys.
func keyFault(err error) securecall.Reason {
	if errors.Is(err, errPlainAnswer) {
		return securecall.PeerRefused
	}
	return securecall.BadKeyBlock
}

// tellRefusedKeys tells of a call that could not be taken, because it offers
// nothing but keys in SDP and the line does not take them.
func (l *Line) tellRefusedKeys(req *sip.Request) {
	from := l.whoCalls(req)
	l.emit(nil, NotSecured{Reason: l.cfg.Secure.whyNoKeys(), Detail: "a call from " + from.FromNumber + " was refused", Status: sip.StatusNotAcceptableHere, Over: true})
}

// onlyKeys: an offer was refused because it is RTP/SAVP with keys in SDP.
func onlyKeys(offer *sdp.Session, err error) bool {
	return errors.Is(err, sdp.ErrProfile) && offer != nil && offer.Profile.Keyed() && len(offer.Crypto) > 0
}

// whyNoKeys is the reason for which a line takes no keys in SDP.
func (s SecureConfig) whyNoKeys() securecall.Reason {
	if s.Method == MethodXSipura {
		return securecall.SDESPeer
	}
	return securecall.ServiceOff
}

// tryOffer answers an offer for nobody, to see whether it can be.
func (l *Line) tryOffer(offer *sdp.Session, keyed bool) error {
	local := l.mediaFormats()
	switch {
	case !offer.Profile.Keyed():
	case !keyed && l.cfg.Secure.takesKeys():
		return errLateKeys
	case keyed:
		k, err := (*keying)(nil).take(offer)
		if err != nil {
			return err
		}
		local.Crypto = k.answer()
	}
	_, n, err := sdp.Answer(offer, local)
	if err == nil {
		err = oneListener(n)
	}
	return err
}
