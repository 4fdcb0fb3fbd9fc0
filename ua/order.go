package ua

import (
	"slices"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/dialog"
	"star18/ua/sipnet"
)

// A request with a lower number than one that was taken must be refused with 500 (RFC
// 3261 12.2.2). Two that are sent at once may arrive in the other order: a network may
// turn them round, and sipgo gives each a goroutine of its own. So one that skips a
// number waits for what it may have overtaken; but not for long, for the number may
// have been used up at a proxy.
const (
	overtakenWait = 20 * time.Millisecond
	maxOvertaking = 8 // they wait at most; who sends more is taken as he comes
)

// asked is a request of a dialog that wants its answer.
type asked struct {
	dlg *dialog.Dialog
	req *sip.Request
	tx  *sipnet.ServerTx
}

// inTurn takes a request, and those that waited for it.
func (c *Call) inTurn(a asked) {
	if a.dlg.Skips(a.req) && len(c.overtaking) < maxOvertaking {
		c.overtaking = append(c.overtaking, a)
		c.after(overtakenWait, func() { c.waited(a) })
		return
	}
	c.admit(a)
	c.catchUp(a.dlg)
}

// waited takes a request that has waited long enough, after those with lower numbers.
func (c *Call) waited(a asked) {
	for slices.Contains(c.overtaking, a) {
		c.take(c.lowest(a.dlg))
	}
	c.catchUp(a.dlg)
}

// catchUp takes what waits while nothing is missing before it.
func (c *Call) catchUp(d *dialog.Dialog) {
	for i := c.lowest(d); i >= 0 && !d.Skips(c.overtaking[i].req); i = c.lowest(d) {
		c.take(i)
	}
}

func (c *Call) take(i int) {
	a := c.overtaking[i]
	c.overtaking = slices.Delete(c.overtaking, i, i+1)
	c.admit(a)
}

// lowest is which of the waiting requests of a dialog has the lowest number; -1: none.
func (c *Call) lowest(d *dialog.Dialog) int {
	at := -1
	for i, a := range c.overtaking {
		if a.dlg == d && (at < 0 || a.req.CSeq().SeqNo < c.overtaking[at].req.CSeq().SeqNo) {
			at = i
		}
	}
	return at
}

// turnBack answers what waits at the end of the call.
func (c *Call) turnBack() {
	for _, a := range c.overtaking {
		c.answer(a.tx, a.req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
	}
	c.overtaking = nil
}
