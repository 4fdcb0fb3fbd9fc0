package ua

import (
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/register"
)

// silentServer is how long a server gets to show itself when there is another
// one. A proxy says 100 within 200 ms (RFC 3261 8.2.6.1, 17.2.1); by now the
// INVITE has been sent four times. The last server has the transaction's whole
// 32 s.
const silentServer = 4 * time.Second

// watchServer gives up on a server that says nothing, not even 100.
func (c *Call) watchServer(req *sip.Request) {
	if len(c.out.others) == 0 {
		return
	}
	c.after(silentServer, func() {
		if c.state == calling && c.out.req == req && c.out.tx != nil && !c.out.provisional && c.out.giveUp == nil {
			c.out.tx.Abandon()
			c.nextServer(req, 0)
		}
	})
}

// serverFailed: the server, not the called party, failed (RFC 3263 4.3: nothing
// got through, nothing came back, or 503), and the INVITE is on its way to the
// next one. A call that has rung is not sent elsewhere.
func (c *Call) serverFailed(req *sip.Request, res *sip.Response, err error) bool {
	if c.out.giveUp != nil || c.out.shows != nil {
		return false
	}
	switch {
	case err != nil:
		return c.nextServer(req, 0)
	case res.StatusCode == sip.StatusServiceUnavailable:
		return c.nextServer(req, register.RetryAfter(res))
	}
	if !res.IsProvisional() {
		c.line.resolver.Worked(c.out.dst)
	}
	return false
}

// nextServer marks the server of this INVITE as down and sends the same again,
// in a transaction of its own, to the next. False if there is none.
func (c *Call) nextServer(req *sip.Request, down time.Duration) bool {
	c.line.resolver.Failed(c.out.dst, down)
	if len(c.out.others) == 0 {
		return false
	}
	c.line.log.Info("next server", "call", c.id, "failed", c.out.dst, "next", c.out.others[0])
	c.out.dst, c.out.others = c.out.others[0], c.out.others[1:]
	c.out.req, c.out.tx, c.out.proof, c.out.provisional = nil, nil, proof{}, false
	c.sendInvite(req.CSeq().SeqNo, nil)
	return true
}
