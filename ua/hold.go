package ua

import (
	"errors"
	"fmt"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/sdp"
)

// The reasons for which a call cannot be held or resumed.
var (
	ErrNotUp   = errors.New("call is not up")
	ErrPending = errors.New("another change of the call is under way")
)

// RFC 3261 14.1: after a 491 the side that made the Call-ID waits 2.1 to 4 s,
// the other up to 2 s, in steps of 10 ms.
const (
	glareStep       = 10 * time.Millisecond
	glareOwnerLeast = 2100 * time.Millisecond
	glareOwnerSteps = 191
	glareOtherSteps = 201
)

// A change that is under way, ours or the peer's, is waited for: an ACK that has
// not come yet, another re-INVITE.
const (
	pendingWait  = 100 * time.Millisecond
	pendingTries = 20
)

// changing: an offer without its answer, or an answer without its ACK, is out
// (RFC 3261 14.1 and 14.2).
func (c *Call) changing() bool {
	return c.offering || c.in.ok != nil && !c.in.ok.done
}

// reinvite offers our media again in another direction; on an error nothing has
// changed. The security of the call goes on through it.
func (c *Call) reinvite(to sdp.Direction, ev Event, try int, then func(error)) {
	switch {
	case c.state != up || c.media.stream == nil:
		then(ErrNotUp)
		return
	case c.changing() && try > pendingTries:
		then(ErrPending)
		return
	case c.changing():
		c.after(pendingWait, func() { c.reinvite(to, ev, try+1, then) })
		return
	}
	c.offering = true
	body := c.media.offer(to)
	var seq uint32
	c.exchange(func() *sip.Request {
		req := c.dlg.Request(sip.INVITE)
		seq = req.CSeq().SeqNo
		req.AppendHeader(&sip.ContactHeader{Address: c.contact()})
		setBody(req, sdpType, body)
		return req
	}, func(res *sip.Response, err error) {
		c.offering = false
		switch {
		case err == nil && res.IsSuccess():
			c.sendACK(seq)
			then(c.turned(res, to, ev))
		case err == nil && res.StatusCode == sip.StatusRequestPending && try <= pendingTries:
			c.after(c.glareWait(), func() { c.reinvite(to, ev, try+1, then) })
		case err == nil:
			then(fmt.Errorf("the other side refused: %d %s", res.StatusCode, shown(res.Reason)))
		default:
			then(fmt.Errorf("the other side did not answer: %w", err))
		}
	})
}

func (c *Call) turned(res *sip.Response, to sdp.Direction, ev Event) error {
	if err := c.dlg.RefreshTarget(res); err != nil {
		return err
	}
	if err := c.media.agree(res.Body()); err != nil {
		return err
	}
	c.media.wish = to
	c.media.adjust()
	if ev != nil {
		c.emit(ev)
	}
	return nil
}

func (c *Call) glareWait() time.Duration {
	if c.outgoing {
		return glareOwnerLeast + time.Duration(randomBelow(glareOwnerSteps))*glareStep
	}
	return time.Duration(randomBelow(glareOtherSteps)) * glareStep
}
