package ua

import (
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	// cancelPatience is how long a given-up call waits for the 487 that ends it;
	// cancelHold how long for a provisional response, without which a CANCEL
	// must not be sent (RFC 3261 9.1).
	cancelPatience = 4 * time.Second
	cancelHold     = 2 * time.Second
)

// giveUp ends an unanswered call: CANCEL as soon as it may be sent.
func (c *Call) giveUp(why Ended) {
	if c.state != calling || c.out.giveUp != nil {
		return
	}
	c.out.giveUp = &why
	if c.out.provisional {
		c.sendCancel()
		return
	}
	c.after(cancelHold, func() {
		if !c.out.provisional {
			c.finish(why)
		}
	})
}

// sendCancel builds the CANCEL from the INVITE itself: same Via and branch, same
// way (RFC 3261 9.1).
func (c *Call) sendCancel() {
	inv := c.out.req
	req := sip.NewRequest(sip.CANCEL, *inv.Recipient.Clone())
	forwards := sip.MaxForwardsHeader(70)
	req.AppendHeader(inv.Via().Clone())
	from, to, callID := *inv.From(), *inv.To(), *inv.CallID()
	req.AppendHeader(&from)
	req.AppendHeader(&to)
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: inv.CSeq().SeqNo, MethodName: sip.CANCEL})
	req.AppendHeader(&forwards)
	for _, h := range inv.GetHeaders("Route") {
		req.AppendHeader(sip.HeaderClone(h))
	}
	if _, err := c.line.ep.Start(req, c.out.dst, func(*sip.Response, error) {}); err != nil {
		c.line.log.Warn("CANCEL not sent", "call", c.id, "error", err)
	}
	c.after(cancelPatience, func() {
		if c.out.giveUp != nil && c.state == calling {
			c.finish(*c.out.giveUp)
		}
	})
}
