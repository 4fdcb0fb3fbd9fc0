package ua

import (
	"context"

	"github.com/emiago/sipgo/sip"

	"star18/ua/dialog"
)

// maxForks is how many other answers to one INVITE are sent away.
const maxForks = 8

// repeated2xx answers a 2xx that came again, to an INVITE or a re-INVITE of
// ours, with the same ACK, and one from another fork with an ACK and a BYE
// (RFC 3261 13.2.2.4): one answer is enough.
func (c *Call) repeated2xx(res *sip.Response) {
	if c.dlg == nil || !c.hop.IsValid() {
		return
	}
	if tag, _ := res.To().Params.Get("tag"); tag == c.dlg.RemoteTag() {
		c.sendACK(res.CSeq().SeqNo)
		return
	}
	if c.out.req == nil || c.forks == maxForks {
		return
	}
	other, err := dialog.NewUAC(c.out.req, res)
	if err != nil {
		return
	}
	c.forks++
	l := c.line
	l.wg.Go(func() { l.sendAway(other, res.CSeq().SeqNo) })
}

// sendAway ends a dialog of which nothing is wanted.
func (l *Line) sendAway(d *dialog.Dialog, inviteSeq uint32) {
	dst, err := l.nextHop(context.Background(), d.NextHop())
	if err != nil {
		return
	}
	_ = l.ep.Send(d.ACK(inviteSeq), dst)
	bye := d.Request(sip.BYE)
	l.stamp(bye)
	_, _ = l.ep.Start(bye, dst, func(*sip.Response, error) {})
}
