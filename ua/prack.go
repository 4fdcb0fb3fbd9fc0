package ua

import (
	"slices"
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/reliable"
	"star18/ua/sipnet"
)

// reliably is our 180 that wants a PRACK. Owned by the call's goroutine.
type reliably struct {
	sender  *reliable.Sender
	res     *sip.Response
	timer   *time.Timer
	offers  bool   // it carries our offer: the INVITE had none
	waiting func() // the 200, which must not come before that is answered
}

func (r *reliably) stop() { stopTimer(r.timer) }

// mustRingReliably: the caller insists, or can and sip.reliable_provisional is
// set. A 180 that is reliable has to offer where the INVITE did not (RFC 3262
// section 5), which is done only for who insists.
func (c *Call) mustRingReliably() bool {
	if slices.Contains(tokens(c.in.req, "Require"), "100rel") {
		return true
	}
	return c.line.cfg.ReliableProvisional && c.in.offer != nil && slices.Contains(tokens(c.in.req, "Supported"), "100rel")
}

// maxFirstRSeq: the first number is from 1 to 2^31-1 (RFC 3262 section 3).
const maxFirstRSeq = 1<<31 - 1

func (c *Call) ringReliably(res *sip.Response) {
	r := &c.in.reliably
	if r.sender == nil {
		r.sender = reliable.NewSender(uint32(randomBelow(maxFirstRSeq)), c.in.req.CSeq().SeqNo)
	}
	rseq, wait, ok := r.sender.Begin()
	if !ok {
		return // the one before is still being repeated
	}
	res.AppendHeader(sip.NewHeader("Require", "100rel"))
	res.AppendHeader(sip.NewHeader("RSeq", strconv.FormatUint(uint64(rseq), 10)))
	if c.in.offer == nil && !c.in.settled {
		r.offers = true
		setBody(res, sdpType, c.media.offer(c.media.wish))
	}
	r.res = res
	c.line.respond(c.in.tx, res)
	r.timer = c.after(wait, c.ringAgain)
}

func (c *Call) ringAgain() {
	r := &c.in.reliably
	if c.state != ringing {
		return
	}
	wait, send, failed := r.sender.Again()
	switch {
	case send:
		c.line.respond(c.in.tx, r.res)
		r.timer = c.after(wait, c.ringAgain)
	case failed:
		c.decline(sip.StatusGatewayTimeout, Ended{By: Local, Cause: CauseNoACK, Detail: "the ringing was not acknowledged"})
	}
}

// pracked takes a PRACK: 481 if it is for nothing that is out (RFC 3262 3). The
// answer to an offer in the 180 comes with it.
func (c *Call) pracked(req *sip.Request, tx *sipnet.ServerTx) {
	r := &c.in.reliably
	ack, err := reliable.ParseAck(headerText(req, "RAck"))
	switch {
	case err != nil:
		c.answer(tx, req, sip.StatusBadRequest, "Bad RAck")
		return
	case !r.sender.Acknowledge(ack):
		c.answer(tx, req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
		return
	}
	r.stop()
	c.answer(tx, req, sip.StatusOK, "OK")
	if r.offers && !c.in.settled {
		if err := c.media.agreeInClear(answerIn(req)); err != nil {
			c.decline(sip.StatusNotAcceptableHere, Ended{By: Local, Cause: CauseNotAcceptable, Detail: err.Error()})
			return
		}
		c.in.settled = true
	}
	if fn := r.waiting; fn != nil {
		r.waiting = nil
		fn()
	}
}

// whenAcknowledged runs fn once no offer of ours waits for its PRACK (RFC 3262
// section 3: no 2xx before that).
func (c *Call) whenAcknowledged(fn func()) {
	if r := &c.in.reliably; r.offers && r.sender.Pending() {
		r.waiting = fn
		return
	}
	fn()
}
