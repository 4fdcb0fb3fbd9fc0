package ua

import (
	"github.com/emiago/sipgo/sip"
)

// reached tells the calls of a line that speaks over a connection when it has
// another one: the Contact that their peers know ended with the old one.
func (r *registration) reached() {
	before := r.known
	r.known = r.contact.String()
	if before == "" || before == r.known || r.line.transport().Datagram() {
		return
	}
	for _, c := range r.line.all() {
		c.post(c.readdress)
	}
}

// readdress refreshes the peer's remote target (RFC 3261 12.2.1.2). That it does
// not get through is no end of the call: the peer may have lost its connection
// too, and the sound goes on.
func (c *Call) readdress() {
	switch {
	case c.state != up:
		return
	case !c.timing.updates:
		c.reoffer(c.media.wish, nil, c.readdressed)
		return
	}
	c.exchange(func() *sip.Request {
		req := c.dlg.Request(sip.UPDATE)
		req.AppendHeader(&sip.ContactHeader{Address: c.contact()})
		c.timing.ask(req)
		return req
	}, func(res *sip.Response, err error) {
		if err != nil || !res.IsSuccess() || c.state != up {
			c.readdressed(err)
			return
		}
		if c.dlg.RefreshTarget(res) == nil {
			c.retarget()
		}
		c.timing.granted(res)
	})
}

func (c *Call) readdressed(err error) {
	if err != nil {
		c.line.log.Warn("the other side does not know the new connection", "call", c.id, "error", err)
	}
}
