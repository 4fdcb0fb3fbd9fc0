package ua

import (
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/sipnet"
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
			c.out.tx = nil // goes on alone: see awaits
			c.finish(why)
		}
	})
}

// awaits takes the responses to our INVITE. A call that was given up before there
// was any has ended for its user; the INVITE may have arrived all the same, and
// what it rings must be told to stop as soon as it says so.
func (c *Call) awaits(req *sip.Request, dst sipnet.Hop) func(*sip.Response, error) {
	cancelled := false
	return func(res *sip.Response, err error) {
		select {
		case <-c.done:
		default:
			c.post(func() { c.inviteAnswered(req, res, err) })
			return
		}
		switch {
		case err != nil:
		case res.IsSuccess():
			c.line.lateAnswer(c.key, res)
		case res.IsProvisional() && !cancelled:
			cancelled = true
			c.line.cancel(req, dst)
		}
	}
}

func (c *Call) sendCancel() {
	c.line.cancel(c.out.req, c.out.dst)
	c.after(cancelPatience, func() {
		if c.out.giveUp != nil && c.state == calling {
			c.finish(*c.out.giveUp)
		}
	})
}

// cancel builds the CANCEL from the INVITE itself: same Via and branch, same way
// (RFC 3261 9.1).
func (l *Line) cancel(inv *sip.Request, dst sipnet.Hop) {
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
	if _, err := l.ep.Start(req, dst, func(*sip.Response, error) {}); err != nil {
		l.log.Warn("CANCEL not sent", "error", err)
	}
}
