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
	c.exchange(func() *sip.Request {
		bye := c.dlg.Request(sip.BYE)
		c.stampStat(bye)
		return bye
	}, func(res *sip.Response, err error) {
		if err != nil {
			c.line.log.Info("BYE not answered", "call", c.id, "error", err)
		} else {
			c.readStat(res)
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
