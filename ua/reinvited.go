package ua

import (
	"github.com/emiago/sipgo/sip"

	"star18/ua/sipnet"
)

// reinvited answers a new offer in the call: hold, resume, a new address. The
// security of the call does not change by it, and a refusal changes nothing at
// all (RFC 3261 14.2).
func (c *Call) reinvited(req *sip.Request, tx *sipnet.ServerTx) {
	c.impliedACK(req)
	if c.state != up || c.changing() {
		c.answer(tx, req, sip.StatusRequestPending, "Request Pending")
		return
	}
	if refused := c.timing.judge(req); refused != nil {
		c.line.respond(tx, refused)
		return
	}
	offer, refused := c.line.readOffer(req, "", c.media.keying != nil)
	if refused != nil {
		c.line.respond(tx, refused)
		return
	}
	body, err := c.media.answer(offer)
	if err != nil {
		c.answer(tx, req, sip.StatusNotAcceptableHere, "Not Acceptable Here")
		return
	}
	if c.dlg.RefreshTarget(req) == nil {
		c.retarget()
	}
	res := c.line.response(req, sip.StatusOK, "OK", "")
	res.AppendHeader(&sip.ContactHeader{Address: c.contact()})
	setBody(res, sdpType, body)
	c.timing.grant(req, res)
	c.in.offer, c.in.settled = offer, false
	c.in.ok = c.repeat(tx, res)
	c.tellHold()
}

// impliedACK: who sends the next INVITE has our 2xx to the one before, for a
// second must not begin before the first has ended (RFC 3261 14.1). Its ACK is
// late, or lost, and nothing in it is missed unless it answers an offer of ours.
func (c *Call) impliedACK(req *sip.Request) {
	ok := c.in.ok
	if ok == nil || ok.done || req.CSeq().SeqNo <= ok.seq || c.in.offer == nil && !c.in.settled {
		return
	}
	ok.stop()
	if c.ackAt.IsZero() && c.state == up {
		c.confirm()
	}
}

func (c *Call) tellHold() {
	if held := c.media.agreed.Held; held != c.heldByPeer {
		c.heldByPeer = held
		if held {
			c.emit(Held{By: string(Remote)})
			c.hears(toneHolding)
			return
		}
		c.emit(Resumed{By: string(Remote)})
		c.media.stopTone(toneHolding)
	}
}
