package lab

import (
	"context"
	"time"

	"github.com/emiago/sipgo/sip"
)

// timerC bounds how long an INVITE may ring (RFC 3261 16.6 step 11); timeout is
// how long one may take to end once it was cancelled (9.1), 64*T1.
const (
	timerC  = 3 * time.Minute
	timeout = 32 * time.Second
)

// watch follows one client transaction to its end: it reads sipgo's unbuffered
// channel, sends the CANCEL on, and speaks for a callee who never did.
func (l *Lab) watch(g *leg, down *sip.ClientTx, inv *invite) {
	w := watched{lab: l, leg: g}
	var cancelled <-chan struct{}
	var limit <-chan time.Time
	if inv != nil {
		cancelled = inv.cancelled
		clock := time.NewTimer(timerC)
		defer clock.Stop()
		limit, w.clock = clock.C, clock
	}
	for {
		select {
		case res := <-down.Responses():
			w.saw(res)
		case <-cancelled:
			cancelled = nil
			w.wanted = true
			w.cancel()
		case <-limit:
			w.overdue(down)
		case <-down.Done():
			w.ended()
			return
		case <-l.closing:
			return
		}
	}
}

// watched is what watch knows so far. One goroutine owns it.
type watched struct {
	lab   *Lab
	leg   *leg
	clock *time.Timer // nil unless an INVITE

	ringing      bool // the callee has sent a provisional response
	wanted, sent bool // CANCEL
}

func (w *watched) saw(res *sip.Response) {
	if !res.IsProvisional() {
		return
	}
	w.ringing = true
	if w.clock != nil && !w.sent {
		w.clock.Reset(timerC)
	}
	w.cancel()
}

// cancel sends the CANCEL on, not before the callee has shown that it has the
// INVITE and not after it has answered (RFC 3261 9.1).
func (w *watched) cancel() {
	if !w.wanted || !w.ringing || w.leg.answered.Load() || w.sent {
		return
	}
	w.sent = true
	w.clock.Reset(timeout)
	w.lab.sendCancel(w.leg.fwd)
}

// overdue is called when the clock has run out: first the callee is asked to
// stop, then it is given up.
func (w *watched) overdue(down *sip.ClientTx) {
	w.wanted = true
	gaveUp := w.sent
	w.cancel()
	if !w.leg.answered.Load() && (gaveUp || !w.sent) {
		down.Terminate()
	}
}

// ended answers for a callee who did not. Other requests than INVITE get nothing:
// their sender has given up by now (RFC 4320 4.1).
func (w *watched) ended() {
	g := w.leg
	switch {
	case g.answered.Load():
	case w.clock == nil:
		g.up.Terminate()
	case w.wanted:
		w.lab.respond(g.req, g.up, sip.StatusRequestTerminated, "Request Terminated")
	default:
		w.lab.respond(g.req, g.up, sip.StatusRequestTimeout, "Request Timeout")
	}
}

// sendCancel repeats the Via of the INVITE that it cancels, and nothing of its
// body (RFC 3261 9.1).
func (l *Lab) sendCancel(fwd *sip.Request) {
	c := sip.NewRequest(sip.CANCEL, *fwd.Recipient.Clone())
	c.AppendHeader(fwd.Via().Clone())
	for _, name := range []string{"Route", "From", "To", "Call-ID"} {
		sip.CopyHeaders(name, fwd, c)
	}
	c.AppendHeader(&sip.CSeqHeader{SeqNo: fwd.CSeq().SeqNo, MethodName: sip.CANCEL})
	hops := sip.MaxForwardsHeader(defaultHops)
	c.AppendHeader(&hops)
	c.SetBody(nil)
	c.SetTransport("UDP")
	c.SetDestination(fwd.Destination())
	c.Laddr = fwd.Laddr
	tx, err := l.tx.Request(context.Background(), c)
	if err != nil {
		l.log.Warn("CANCEL not sent on", "error", err)
		return
	}
	l.watchers.Go(func() {
		for {
			select {
			case <-tx.Responses():
			case <-tx.Done():
				return
			case <-l.closing:
				return
			}
		}
	})
}
