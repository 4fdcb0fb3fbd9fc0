package ua

import (
	"errors"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/dialog"
	"star18/ua/sdp"
	"star18/ua/sipnet"
)

// incomingInvite is their INVITE, and the 2xx that is repeated until its ACK.
type incomingInvite struct {
	req  *sip.Request
	tx   *sipnet.ServerTx
	ok   *repeater
	ring *time.Timer
	// What a ringing call comes to by itself; nil: nothing.
	forward, auto *time.Timer
	offer         *sdp.Session // nil: the INVITE had none, and our 200 offers

	remind    *time.Timer
	reliably  reliably
	settled   bool // offer and answer have passed before the 200
	accepting bool // the user has answered
}

func (in *incomingInvite) stop() {
	in.stopRinging()
	if in.ok != nil {
		in.ok.stop()
	}
	if in.remind != nil {
		in.remind.Stop()
	}
	in.reliably.stop()
}

func (in *incomingInvite) stopRinging() {
	stopTimer(in.ring)
	stopTimer(in.forward)
	stopTimer(in.auto)
}

// onInvite takes an INVITE outside any dialog.
func (l *Line) onInvite(req *sip.Request, tx *sipnet.ServerTx) {
	tag := newTag()
	from := l.whoCalls(req)
	if res := l.screen(req, tag, from); res != nil {
		l.respond(tx, res)
		return
	}
	dlg, err := dialog.NewUAS(req, tag)
	if err != nil { // it could ring, but not be answered
		l.log.Info("call refused", "error", err)
		l.respond(tx, l.response(req, sip.StatusBadRequest, "Bad Request", tag))
		return
	}
	offer, res := l.readOffer(req, tag, l.cfg.Secure.takesKeys())
	if res != nil {
		l.respond(tx, res)
		return
	}
	m, err := newMedia(l)
	if err != nil {
		l.log.Error("incoming call refused", "error", err)
		l.respond(tx, l.response(req, sip.StatusInternalServerError, "No media port", tag))
		return
	}
	c := l.newCall(m)
	c.state = ringing
	c.key = dialogKey{req.CallID().Value(), tag}
	c.from = from
	c.in = incomingInvite{req: req, tx: tx, offer: offer}
	c.dlg = dlg
	c.stage = newCalleeStage(c)
	if offer != nil && offer.Profile.Keyed() {
		c.stage = newSDESStage(c)
	}
	if res := c.timing.judge(req); res != nil {
		m.close()
		l.respond(tx, res)
		return
	}
	c.post(c.startRinging)
	if !l.add(c) {
		m.close()
		l.respond(tx, l.turnAway(req, tag, from, true))
		return
	}
	tx.OnCancel(func() { c.post(c.cancelled) })
	select {
	case l.incoming <- c:
	default:
		c.Hangup()
	}
}

// screen refuses what cannot be taken whatever its offer; nil lets it pass.
func (l *Line) screen(req *sip.Request, tag string, from Incoming) *sip.Response {
	if res := l.unsupported(req, tag); res != nil {
		return res
	}
	if res := l.turnAway(req, tag, from, l.busy()); res != nil {
		return res
	}
	return nil
}

// readOffer reads the INVITE's description, looking for a stream with keys in SDP
// if it is to be keyed; a refusal says which peer it is that cannot be understood.
func (l *Line) readOffer(req *sip.Request, tag string, keyed bool) (*sdp.Session, *sip.Response) {
	if len(req.Body()) == 0 {
		return nil, nil
	}
	if t := contentType(req); t != sdpType {
		res := l.response(req, sip.StatusUnsupportedMediaType, "Unsupported Media Type", tag)
		res.AppendHeader(sip.NewHeader("Accept", sdpType))
		return nil, res
	}
	parse := sdp.Parse
	if keyed {
		parse = sdp.ParseKeyed
	}
	offer, err := parse(req.Body())
	if err == nil {
		err = l.tryOffer(offer, keyed)
	}
	if err == nil {
		return offer, nil
	}
	if tag != "" && onlyKeys(offer, err) {
		l.tellRefusedKeys(req)
	}
	l.log.Info("offer refused", "error", err)
	res := l.response(req, sip.StatusNotAcceptableHere, "Not Acceptable Here", tag)
	res.AppendHeader(sip.NewHeader("Warning", `304 star18 "`+quotable(l.refusedOffer(offer, err))+`"`))
	return nil, res
}

// refusedOffer says in words why an offer was refused; keys in SDP are another
// protocol and are called by their name.
func (l *Line) refusedOffer(offer *sdp.Session, err error) string {
	if onlyKeys(offer, err) {
		reason := l.cfg.Secure.whyNoKeys()
		return reason.String() + ": " + reason.Words()
	}
	if errors.Is(err, sdp.ErrProfile) && offer != nil && !offer.Profile.Plain() {
		return "media profile " + offer.Profile.String() + " not supported"
	}
	return err.Error()
}

func (c *Call) startRinging() {
	c.alert()
	c.respondRinging()
	c.emit(c.from)
	c.media.open()
	c.in.ring = c.after(inviteExpires, func() {
		c.decline(sip.StatusTemporarilyUnavailable, Ended{By: Local, Cause: CauseNoAnswer})
	})
	c.ringsUnanswered()
}

func (c *Call) respondRinging() {
	status, phrase := c.ringingStatus()
	res := c.line.response(c.in.req, status, phrase, c.key.localTag)
	res.AppendHeader(&sip.ContactHeader{Address: c.contact()})
	c.in.remind = c.after(ringReminder, c.ringOn)
	if c.mustRingReliably() {
		c.ringReliably(res)
		return
	}
	c.line.respond(c.in.tx, res)
}

// ringReminder: proxies give up an INVITE after three minutes without a word, so
// there is one every minute (RFC 3261 13.3.1.1).
const ringReminder = time.Minute

func (c *Call) ringOn() {
	if c.state == ringing && !c.in.accepting {
		c.respondRinging()
	}
}

// cancelled: the caller gave up; sipgo has answered 200 and 487 already.
func (c *Call) cancelled() {
	if c.state == ringing {
		c.finish(Ended{By: Remote, Cause: CauseCancelled})
	}
}

// Answer takes a ringing call. Another one that has the sound is put on hold.
func (c *Call) Answer() error {
	if c.Info().State != ringing.String() {
		return ErrNotRinging
	}
	return c.line.instead(c, c.pickUp)
}

func (c *Call) pickUp() error {
	result := make(chan error, 1)
	c.post(func() { c.accept(result) })
	select {
	case err := <-result:
		return err
	case <-c.done:
		return ErrNotRinging
	}
}

// accept waits for the caller's address and for the sound device, which opens
// while it rings, then answers: from the 200 on, both directions stream.
func (c *Call) accept(result chan<- error) {
	if c.state != ringing {
		result <- ErrNotRinging
		return
	}
	c.in.accepting = true
	c.locate(func(err error) {
		if err != nil {
			c.decline(sip.StatusInternalServerError, Ended{By: Local, Cause: CauseUnreachable, Detail: err.Error()})
			result <- err
			return
		}
		c.whenMapped(func() { c.media.whenOpen(func() { c.whenAcknowledged(func() { result <- c.sendOK() }) }) })
	})
}

// sendOK answers, unless the caller has given up: his CANCEL is answered by the
// transaction, which tells the call later.
func (c *Call) sendOK() error {
	in := &c.in
	if c.quiet() {
		return ErrNotRinging
	}
	body, err := c.okBody()
	if err != nil {
		c.decline(sip.StatusNotAcceptableHere, Ended{By: Local, Cause: CauseNotAcceptable, Detail: err.Error()})
		return err
	}
	in.stopRinging()
	in.reliably.stop() // what is final needs no acknowledged ringing (RFC 3262 3)
	res := c.line.response(in.req, sip.StatusOK, "OK", c.key.localTag)
	res.AppendHeader(&sip.ContactHeader{Address: c.contact()})
	setBody(res, sdpType, body)
	c.timing.grant(in.req, res)
	in.ok = c.repeat(in.tx, res)
	if c.quiet() {
		return ErrNotRinging // the 200 came too late and was not sent
	}
	c.establish()
	return nil
}

// okBody is the description in our 200: none if offer and answer have passed with
// the ringing.
func (c *Call) okBody() ([]byte, error) {
	if c.in.settled {
		return nil, c.media.answered(nil)
	}
	return c.media.answer(c.in.offer)
}

// unattended: it rings here, and nobody has answered: no sound leaves.
func (c *Call) unattended() bool { return c.state == ringing && !c.in.accepting }

// quiet: it does not ring any more.
func (c *Call) quiet() bool {
	if c.in.tx.Cancelled() {
		c.cancelled()
	}
	return c.state != ringing
}

// Reject refuses a ringing call with this status.
func (c *Call) Reject(status int) error {
	c.post(func() { c.decline(status, Ended{By: Local, Cause: CauseDeclined, Status: status}) })
	return nil
}

func (c *Call) decline(status int, why Ended) {
	if c.state != ringing {
		return
	}
	c.line.respond(c.in.tx, c.line.response(c.in.req, status, reasonPhrase(status), c.key.localTag))
	c.finish(why)
}

func reasonPhrase(status int) string {
	switch status {
	case sip.StatusBadRequest:
		return "Bad Request"
	case sip.StatusTemporarilyUnavailable:
		return "Temporarily Unavailable"
	case sip.StatusBusyHere:
		return "Busy Here"
	case sip.StatusNotAcceptableHere:
		return "Not Acceptable Here"
	case sip.StatusGlobalDecline:
		return "Decline"
	}
	return "Refused"
}

// acked takes an ACK: it belongs to the INVITE with its CSeq, whatever else has
// arrived in between (an INFO may overtake it).
func (c *Call) acked(req *sip.Request) {
	ok := c.in.ok
	if ok == nil || ok.seq != req.CSeq().SeqNo || !ok.stop() {
		return
	}
	if c.in.offer == nil && !c.in.settled {
		first := c.media.agreed.Codec.Name == ""
		if err := c.media.answered(req.Body()); err != nil {
			c.leave(Ended{By: Local, Cause: CauseNotAcceptable, Detail: err.Error()})
			return
		}
		if first {
			c.tellAnswered()
		}
	}
	if c.ackAt.IsZero() && c.state == up {
		c.confirm()
	}
}
