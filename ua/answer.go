package ua

import (
	"github.com/emiago/sipgo/sip"
)

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

// accept waits for the sound device, which opens while it rings, then answers:
// from the 200 on, both directions stream.
func (c *Call) accept(result chan<- error) {
	if c.state != ringing {
		result <- ErrNotRinging
		return
	}
	c.in.accepting = true
	c.retarget()
	c.whenMapped(func() { c.media.whenOpen(func() { c.whenAcknowledged(func() { result <- c.sendOK() }) }) })
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

// acked takes an ACK: it belongs to the INVITE with its CSeq, whatever else has
// arrived in between (an INFO may overtake it).
func (c *Call) acked(req *sip.Request) {
	ok := c.in.ok
	if ok == nil || ok.seq != req.CSeq().SeqNo || !ok.stop() {
		return
	}
	if c.in.offer == nil && !c.in.settled {
		first := c.media.agreed.Codec.Name == ""
		if err := c.media.answered(answerIn(req)); err != nil {
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
