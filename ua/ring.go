package ua

import (
	"time"

	"github.com/emiago/sipgo/sip"
)

func (c *Call) startRinging() {
	c.alert()
	c.respondRinging()
	c.emit(c.from)
	c.media.open()
	c.rings()
	c.limitRinging()
	c.ringsUnanswered()
}

// limitRinging ends the ringing when the caller's invitation expires (RFC 3261 13.3.1),
// and at some time in any case.
func (c *Call) limitRinging() {
	if d := headerSeconds(c.in.req, "Expires"); d > 0 && d < inviteExpires {
		c.in.ring = c.after(d, func() {
			if !c.in.accepting {
				c.decline(sip.StatusRequestTerminated, Ended{By: Remote, Cause: CauseCancelled, Detail: "the invitation has expired"})
			}
		})
		return
	}
	c.in.ring = c.after(inviteExpires, func() {
		c.decline(sip.StatusTemporarilyUnavailable, Ended{By: Local, Cause: CauseNoAnswer})
	})
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
	case sip.StatusRequestTerminated:
		return "Request Terminated"
	case sip.StatusInternalServerError:
		return "Server Internal Error"
	case sip.StatusGatewayTimeout:
		return "Server Time-out"
	case sip.StatusNotAcceptableHere:
		return "Not Acceptable Here"
	case sip.StatusGlobalDecline:
		return "Decline"
	}
	return "Refused"
}
