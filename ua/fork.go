package ua

import (
	"context"

	"github.com/emiago/sipgo/sip"

	"star18/ua/dialog"
	"star18/ua/sipnet"
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
	tag := toTag(res)
	if tag == c.dlg.RemoteTag() {
		c.sendACK(res.CSeq().SeqNo)
		return
	}
	if c.out.req == nil || !c.forks[tag] && len(c.forks) == maxForks {
		return
	}
	other, err := dialog.NewUAC(c.out.req, reachable(c.out.req, res))
	if err != nil {
		return
	}
	again := c.forks[tag]
	if c.forks == nil {
		c.forks = map[string]bool{}
	}
	c.forks[tag] = true
	l, dst := c.line, c.out.dst
	l.wg.Go(func() { l.sendAway(other, res.CSeq().SeqNo, dst, again) })
}

// sendAway ends a dialog of which nothing is wanted; again: its BYE is out, and
// only the ACK was lost. What it names as its address may not be found; then the
// way of the INVITE has to do.
func (l *Line) sendAway(d *dialog.Dialog, inviteSeq uint32, dst sipnet.Hop, again bool) {
	if at, err := l.nextHop(context.Background(), d.NextHop()); err == nil {
		dst = at
	}
	_ = l.ep.Send(d.ACK(inviteSeq), dst)
	if again {
		return
	}
	bye := d.Request(sip.BYE)
	l.stamp(bye)
	_, _ = l.ep.Start(bye, dst, func(*sip.Response, error) {})
}
