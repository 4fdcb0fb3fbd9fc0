package ua

import (
	"github.com/emiago/sipgo/sip"

	"star18/ua/dialog"
	"star18/ua/sipnet"
)

// insideEarly takes a request of a dialog that is not confirmed yet, at either
// end.
func (c *Call) insideEarly(d *dialog.Dialog, req *sip.Request, tx *sipnet.ServerTx) {
	switch req.Method {
	case sip.PRACK:
		c.pracked(req, tx)
	case sip.UPDATE:
		c.updated(d, req, tx)
	case sip.BYE:
		c.answer(tx, req, sip.StatusOK, "OK")
		c.leftEarly(d)
	case sip.INFO:
		c.onInfo(req, tx)
	case sip.REFER: // there is nothing to transfer yet
		c.answer(tx, req, sip.StatusGlobalDecline, "Decline")
	case sip.INVITE: // before the first one has ended (RFC 3261 14.2)
		if c.state == ringing {
			c.line.respond(tx, c.line.comeAgain(req))
			return
		}
		c.answer(tx, req, sip.StatusRequestPending, "Request Pending")
	case sip.OPTIONS, sip.NOTIFY:
		c.answer(tx, req, sip.StatusOK, "OK")
	default:
		c.line.respond(tx, c.line.unknownMethod(req))
	}
}

// leftEarly: a BYE before the answer. The caller gives the call up by it, as by
// a CANCEL (RFC 3261 15); one of several telephones leaves only itself.
func (c *Call) leftEarly(d *dialog.Dialog) {
	if c.state == calling {
		delete(c.out.early, d.RemoteTag())
		return
	}
	c.decline(sip.StatusRequestTerminated, Ended{By: Remote, Cause: CauseCancelled})
}

// dialogOf is the dialog of a request; the peer's tag is the other half of its
// name, and a stranger who guessed ours is not let in.
func (c *Call) dialogOf(req *sip.Request) *dialog.Dialog {
	tag := fromTag(req)
	switch {
	case c.dlg != nil && c.dlg.RemoteTag() == tag:
		return c.dlg
	case c.dlg == nil && c.out.early[tag] != nil:
		return c.out.early[tag].dlg
	}
	return nil
}
