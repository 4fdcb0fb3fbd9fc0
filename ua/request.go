package ua

import (
	"errors"

	"github.com/emiago/sipgo/sip"

	"star18/ua/sipnet"
)

// exchange sends a request inside the dialog and gives its final response to
// then, on the call's goroutine. A challenge is answered: build makes the
// request again, with its own CSeq.
func (c *Call) exchange(build func() *sip.Request, then func(*sip.Response, error)) (abandon func()) {
	return c.exchangeAt(func() sipnet.Hop { return c.hop }, build, then)
}

// exchangeAt is exchange for a dialog whose requests go elsewhere: an early one.
func (c *Call) exchangeAt(hop func() sipnet.Hop, build func() *sip.Request, then func(*sip.Response, error)) (abandon func()) {
	e := &exchange{call: c, hop: hop, build: build, then: then}
	e.send(nil)
	return e.abandon
}

// exchange is one request under way, with its second and third try.
type exchange struct {
	call  *Call
	hop   func() sipnet.Hop
	build func() *sip.Request
	then  func(*sip.Response, error)
	proof proof
	last  sip.RequestMethod
	stop  func()
	over  bool
}

func (e *exchange) send(challenge *sip.Response) {
	c := e.call
	req := e.build()
	e.last = req.Method
	c.line.stamp(req)
	if !e.proof.add(c.line, c.credentials(), req, challenge) {
		e.finish(challenge, nil)
		return
	}
	tx, err := c.line.ep.Start(req, e.hop(), func(res *sip.Response, err error) {
		c.post(func() { e.answered(res, err) })
	})
	if err != nil {
		e.finish(nil, err)
		return
	}
	e.stop = tx.Abandon
}

func (e *exchange) answered(res *sip.Response, err error) {
	switch {
	case err != nil:
		e.finish(nil, err)
	case res.IsProvisional():
	case challenged(res):
		e.send(res)
	default:
		e.finish(res, nil)
	}
}

// finish delivers the outcome. A peer that does not know the dialog any more ends
// the call by that, whatever it was asked; but an INFO may be answered so by one
// that knows no secure call, and that leaves the call in clear (specification
// section 2).
func (e *exchange) finish(res *sip.Response, err error) {
	if e.over {
		return
	}
	e.over = true
	e.then(res, err)
	if e.last != sip.BYE && e.last != sip.INFO && e.call.state == up && gone(res, err) {
		e.call.leave(Ended{By: Remote, Cause: CauseUnreachable, Detail: "the other side does not know this call any more"})
	}
}

// abandon forgets the request: then is not called any more.
func (e *exchange) abandon() {
	e.over = true
	if e.stop != nil {
		e.stop()
	}
}

// gone: the peer knows no such dialog any more, or is silent: the dialog is over
// (RFC 3261 12.2.1.2, RFC 5057 5.1).
func gone(res *sip.Response, err error) bool {
	if err != nil {
		return errors.Is(err, sipnet.ErrTimeout)
	}
	return res.StatusCode == sip.StatusCallTransactionDoesNotExists || res.StatusCode == sip.StatusRequestTimeout
}
