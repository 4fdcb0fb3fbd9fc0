package ua

import (
	"strconv"

	"github.com/emiago/sipgo/sip"

	"star18/ua/dialog"
	"star18/ua/sipnet"
)

// retryAfterMost is the most seconds after which an UPDATE or INVITE that came
// too soon may come again (RFC 3311 5.2, RFC 3261 14.2: 0 to 10, by chance).
const retryAfterMost = 10

// comeAgain refuses an offer while the one before has no answer yet.
func (l *Line) comeAgain(req *sip.Request) *sip.Response {
	res := l.response(req, sip.StatusInternalServerError, "Offer Pending", "")
	res.AppendHeader(sip.NewHeader("Retry-After", strconv.FormatInt(randomBelow(retryAfterMost+1), 10)))
	return res
}

// updated takes an UPDATE (RFC 3311): without an offer it refreshes the remote
// target and the session timer, with one it changes the session like a
// re-INVITE, but may come before the answer to the INVITE.
func (c *Call) updated(d *dialog.Dialog, req *sip.Request, tx *sipnet.ServerTx) {
	if refused := c.timing.judge(req); refused != nil {
		c.line.respond(tx, refused)
		return
	}
	var body []byte
	if len(req.Body()) > 0 {
		var refused *sip.Response
		if body, refused = c.updateOffer(d, req); refused != nil {
			c.line.respond(tx, refused)
			return
		}
	}
	if d.RefreshTarget(req) == nil && c.state == up {
		c.retarget()
	}
	res := c.line.response(req, sip.StatusOK, "OK", "")
	res.AppendHeader(&sip.ContactHeader{Address: c.contact()})
	setBody(res, sdpType, body)
	if c.state == up {
		c.timing.grant(req, res)
	}
	c.line.respond(tx, res)
	if len(body) > 0 && c.state == up {
		c.tellHold()
	}
}

// updateOffer answers the offer of an UPDATE, or refuses it: 491 while ours is
// out, 500 while the peer's own waits for its answer (RFC 3311 5.2).
func (c *Call) updateOffer(d *dialog.Dialog, req *sip.Request) ([]byte, *sip.Response) {
	switch {
	case c.owesAnswer():
		return nil, c.line.comeAgain(req)
	case c.awaitsAnswer(d):
		return nil, c.line.response(req, sip.StatusRequestPending, "Request Pending", "")
	}
	offer, refused := c.line.readOffer(req, "", c.media.keying != nil)
	if refused != nil {
		return nil, refused
	}
	if offer == nil {
		return nil, nil
	}
	body, err := c.media.answer(offer)
	if err != nil {
		return nil, c.line.response(req, sip.StatusNotAcceptableHere, "Not Acceptable Here", "")
	}
	return body, nil
}

// owesAnswer: it rings here, and the offer of the INVITE has no answer yet.
func (c *Call) owesAnswer() bool { return c.state == ringing && c.in.offer != nil }

// awaitsAnswer: an offer of ours has no answer yet: of a re-INVITE, of a late
// 200 or a reliable 180, or, in an early dialog, of the INVITE itself, as long
// as nothing reliable answered it.
func (c *Call) awaitsAnswer(d *dialog.Dialog) bool {
	switch c.state {
	case up:
		return c.offering || c.in.ok != nil && !c.in.ok.done && c.in.offer == nil && !c.in.settled
	case calling:
		return !c.out.settled(d)
	case ringing:
		return !c.in.settled
	}
	return true
}
