package ua

import (
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/securecall"
)

// byePatience is how long a BYE waits for its answer before the call counts as
// ended all the same: three transmissions (RFC 3261 timer E).
const byePatience = 4 * time.Second

// Hangup ends the call as its state needs: BYE, CANCEL, or a refusal. It
// returns at once; Done tells when the call has ended.
func (c *Call) Hangup() {
	c.post(func() {
		switch c.state {
		case calling:
			c.giveUp(Ended{By: Local, Cause: CauseCancelled})
		case ringing:
			c.decline(sip.StatusBusyHere, Ended{By: Local, Cause: CauseDeclined, Status: sip.StatusBusyHere})
		case up:
			c.leave(Ended{By: Local, Cause: CauseHangup})
		}
	})
}

// leave says BYE. The media goes on until it is answered: what the peer still
// says is heard, and protected stays protected.
func (c *Call) leave(why Ended) {
	if c.state == leaving || c.state == ended {
		return
	}
	c.state, c.parting = leaving, why
	over := func() { c.finish(why) }
	c.exchange(func() *sip.Request { return c.dlg.Request(sip.BYE) }, func(res *sip.Response, err error) {
		if err != nil {
			c.line.log.Info("BYE not answered", "call", c.id, "error", err)
		}
		over()
	})
	c.after(byePatience, over)
}

// hungUp takes the peer's BYE. One that crosses ours changes nothing about why
// the call ends; and a peer that leaves before the call became secure has not
// met a requirement of security by that.
func (c *Call) hungUp() {
	switch {
	case c.state == leaving:
		c.finish(c.parting)
	case c.mustBeSecure() && c.secure == SecureNever:
		c.finish(Ended{By: Remote, Cause: CauseSecurityRequired, Detail: string(securecall.CallEnded)})
	default:
		c.finish(Ended{By: Remote, Cause: CauseHangup})
	}
}

// exchange sends a request inside the dialog and gives its final response to
// then, on the call's goroutine. A challenge is answered: build makes the
// request again, with its own CSeq.
func (c *Call) exchange(build func() *sip.Request, then func(*sip.Response, error)) (abandon func()) {
	e := &exchange{call: c, build: build, then: then}
	e.send(nil)
	return e.abandon
}

// exchange is one request under way, with its second and third try.
type exchange struct {
	call  *Call
	build func() *sip.Request
	then  func(*sip.Response, error)
	tries int
	stop  func()
	over  bool
}

func (e *exchange) send(challenge *sip.Response) {
	c := e.call
	req := e.build()
	c.line.stamp(req)
	if challenge != nil && !c.line.authorize(req, challenge, e.tries) {
		e.finish(challenge, nil)
		return
	}
	tx, err := c.line.ep.Start(req, c.hop, func(res *sip.Response, err error) {
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
	case challenged(res) && e.tries < maxChallenges:
		e.tries++
		e.send(res)
	default:
		e.finish(res, nil)
	}
}

func (e *exchange) finish(res *sip.Response, err error) {
	if !e.over {
		e.over = true
		e.then(res, err)
	}
}

// abandon forgets the request: then is not called any more.
func (e *exchange) abandon() {
	e.over = true
	if e.stop != nil {
		e.stop()
	}
}
