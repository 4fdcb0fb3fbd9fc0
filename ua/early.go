package ua

import (
	"context"
	"slices"

	"github.com/emiago/sipgo/sip"

	"star18/ua/dialog"
	"star18/ua/reliable"
	"star18/ua/sipnet"
)

// maxEarly is how many early dialogs one INVITE may open: a proxy that rings
// more telephones than that has its other ones ignored until one answers.
const maxEarly = 16

// early is an early dialog: one of the telephones that our INVITE reached. Each
// has numbers, routes and an answer of its own (RFC 3261 12.1).
type early struct {
	dlg     *dialog.Dialog
	hop     sipnet.Hop
	order   reliable.Receiver
	answer  []byte // its latest description; nil: none
	settled bool   // that came reliably: later ones are no answer (RFC 3261 13.2.1)
}

// settled: the telephone of this early dialog has answered our offer for good.
func (o *outgoingInvite) settled(d *dialog.Dialog) bool {
	e := o.early[d.RemoteTag()]
	return e != nil && e.settled
}

// earlyDialog is the early dialog of a provisional response; nil if it makes
// none: without a tag, or without a Contact.
func (c *Call) earlyDialog(req *sip.Request, res *sip.Response) *early {
	tag := toTag(res)
	if tag == "" {
		return nil
	}
	if e := c.out.early[tag]; e != nil {
		if res.Contact() != nil && e.dlg.RefreshTarget(res) == nil {
			c.reach(e)
		}
		return e
	}
	if len(c.out.early) == maxEarly {
		return nil
	}
	dlg, err := dialog.NewUAC(req, res)
	if err != nil {
		return nil
	}
	e := &early{dlg: dlg, hop: c.out.dst}
	if c.out.early == nil {
		c.out.early = map[string]*early{}
	}
	c.out.early[tag] = e
	c.reach(e)
	return e
}

// reach finds where the requests of an early dialog go; until it is known they
// take the way of the INVITE.
func (c *Call) reach(e *early) {
	uri := e.dlg.NextHop()
	q, err := c.line.hopOf(uri)
	if err != nil {
		return
	}
	if hops, ok := c.line.resolver.Known(q); ok {
		e.hop = hops[0]
		return
	}
	c.line.wg.Go(func() {
		at, err := best(c.line.resolver.Lookup(context.Background(), q))
		c.post(func() {
			if next := e.dlg.NextHop(); err == nil && next.String() == uri.String() {
				e.hop = at
			}
		})
	})
}

// inOrder judges a provisional response by its RSeq and acknowledges it; false
// if it is to be left aside: a repetition, or one that has overtaken another
// (RFC 3262 section 4).
func (c *Call) inOrder(e *early, res *sip.Response) bool {
	if !isReliable(res) {
		return true
	}
	rseq, err := reliable.ParseRSeq(headerText(res, "RSeq"))
	if err != nil || e == nil {
		return false
	}
	if e.order.Take(rseq) != reliable.Fresh {
		return false
	}
	c.prack(e, reliable.Ack{RSeq: rseq, CSeq: res.CSeq().SeqNo, Method: string(sip.INVITE)})
	return true
}

func isReliable(res *sip.Response) bool {
	return res.StatusCode > sip.StatusTrying && slices.Contains(tokens(res, "Require"), "100rel")
}

func (c *Call) prack(e *early, ack reliable.Ack) {
	c.exchangeAt(func() sipnet.Hop { return e.hop }, func() *sip.Request {
		req := e.dlg.Request(sip.PRACK)
		req.AppendHeader(sip.NewHeader("RAck", ack.String()))
		return req
	}, func(res *sip.Response, err error) {
		if err != nil || !res.IsSuccess() {
			c.line.log.Warn("PRACK not accepted", "call", c.id, "error", err)
		}
	})
}

// sounds takes the description of a provisional response; false if it has none
// that counts. With several telephones the latest is heard. With keys in SDP it
// is the first: a stream does not go back to keys that it has given up.
func (c *Call) sounds(e *early, res *sip.Response) bool {
	o := &c.out
	body, _ := description(res)
	if body == nil {
		return false
	}
	tag := toTag(res)
	other := o.speaking != "" && o.speaking != tag
	if e != nil && e.settled || other && c.media.keying != nil {
		return o.speaking == tag
	}
	if !c.media.early(body) {
		return false
	}
	o.speaking = tag
	if e != nil {
		e.answer, e.settled = body, isReliable(res)
	}
	return true
}

// finalAnswer is the description that answers our offer in the dialog of the
// 2xx: its own, unless an earlier one there was the answer already; nil if that
// is what the media runs on.
func (o *outgoingInvite) finalAnswer(e *early, tag string, res *sip.Response) []byte {
	if body := answerIn(res); e == nil || len(body) > 0 && !e.settled {
		return body
	}
	if o.speaking == tag {
		return nil
	}
	return e.answer
}
