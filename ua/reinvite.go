package ua

import (
	"fmt"
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/sdp"
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

// reinvite is a change of the session that we ask for. On a refusal everything
// stays as it was (RFC 3261 14.1).
type reinvite struct {
	call     *Call
	body     func() []byte             // made when it is sent
	accepted func(*sip.Response) error // after the ACK
	result   func(error)
	tries    int
}

// start waits for its turn.
func (r *reinvite) start() {
	c := r.call
	switch {
	case c.state != up || c.media.stream == nil:
		r.result(ErrNotUp)
	case c.changing() && r.tries >= pendingTries:
		r.result(ErrPending)
	case c.changing():
		r.later(pendingWait)
	default:
		r.send()
	}
}

func (r *reinvite) later(d time.Duration) {
	r.tries++
	r.call.after(d, r.start)
}

func (r *reinvite) send() {
	c := r.call
	c.offering = true
	body := r.body()
	var seq uint32
	c.exchange(func() *sip.Request {
		req := c.dlg.Request(sip.INVITE)
		seq = req.CSeq().SeqNo
		req.AppendHeader(&sip.ContactHeader{Address: c.contact()})
		c.timing.ask(req)
		setBody(req, sdpType, body)
		return req
	}, func(res *sip.Response, err error) {
		c.offering = false
		if err == nil && res.IsSuccess() {
			c.sendACK(seq)
		}
		r.answered(res, err)
	})
}

func (r *reinvite) answered(res *sip.Response, err error) {
	c := r.call
	switch {
	case c.state != up:
		r.result(ErrNotUp)
	case err != nil:
		r.result(refused(res, err))
	case res.IsSuccess():
		r.result(r.took(res))
	case res.StatusCode == sip.StatusRequestPending && r.tries < pendingTries:
		r.later(c.glareWait())
	case r.comeAgain(res):
	case c.timing.raise(res) && r.tries < pendingTries:
		r.later(0)
	default:
		r.result(refused(res, err))
	}
}

// comeAgain: the peer is busy with an offer and says when to try again (RFC 3261
// 14.2: within 10 s).
func (r *reinvite) comeAgain(res *sip.Response) bool {
	wait, err := strconv.ParseUint(headerText(res, "Retry-After"), 10, 8)
	if err != nil || wait > retryAfterMost || res.StatusCode != sip.StatusInternalServerError || r.tries >= pendingTries {
		return false
	}
	r.later(time.Duration(wait) * time.Second)
	return true
}

func (r *reinvite) took(res *sip.Response) error {
	c := r.call
	if err := c.dlg.RefreshTarget(res); err != nil {
		return err
	}
	c.retarget()
	c.timing.granted(res)
	return r.accepted(res)
}

func refused(res *sip.Response, err error) error {
	if err != nil {
		return fmt.Errorf("the other side did not answer: %w", err)
	}
	return fmt.Errorf("the other side refused: %d %s", res.StatusCode, shown(res.Reason))
}

func (c *Call) glareWait() time.Duration {
	if c.outgoing {
		return glareOwnerLeast + time.Duration(randomBelow(glareOwnerSteps))*glareStep
	}
	return time.Duration(randomBelow(glareOtherSteps)) * glareStep
}

// reoffer asks for our media in another direction and tells ev, if any, when it is done; on
// an error nothing has changed. The security of the call goes on through it.
func (c *Call) reoffer(to sdp.Direction, ev Event, then func(error)) {
	r := &reinvite{call: c, result: then}
	r.body = func() []byte { return c.media.offer(to) }
	r.accepted = func(res *sip.Response) error { return c.turned(res, to, ev) }
	r.start()
}

func (c *Call) turned(res *sip.Response, to sdp.Direction, ev Event) error {
	if err := c.media.agree(answerIn(res)); err != nil {
		return err
	}
	c.media.wish = to
	c.media.adjust()
	if ev != nil {
		c.emit(ev)
	}
	if to == sdp.SendRecv { // the answer to a hold does not say what the peer wants
		c.tellHold()
	}
	return nil
}
