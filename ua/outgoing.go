package ua

import (
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/dialog"
	"star18/ua/sipnet"
)

// inviteExpires is how long it rings at the far end (the SPA's INVITE_Expires).
const inviteExpires = 240 * time.Second

// outgoingInvite is our INVITE on its way. Owned by the call's goroutine.
type outgoingInvite struct {
	uri         sip.Uri
	dst         sipnet.Hop
	others      []sipnet.Hop // where else it may go if dst fails
	req         *sip.Request
	tx          *sipnet.ClientTx
	tries       int
	provisional bool
	giveUp      *Ended // the user, or a limit, ended it before an answer
	rang        bool
	ring        *time.Timer
}

func (o *outgoingInvite) stop() {
	if o.ring != nil {
		o.ring.Stop()
	}
	if o.tx != nil {
		o.tx.Abandon()
	}
}

// invite sends the first INVITE.
func (c *Call) invite() {
	c.emit(c.dialing())
	if s, ok := c.stage.(*callerStage); ok {
		s.announce()
	}
	c.media.open()
	c.out.ring = c.after(inviteExpires, func() { c.giveUp(Ended{By: Local, Cause: CauseNoAnswer}) })
	c.whenMapped(c.firstInvite)
}

func (c *Call) firstInvite() {
	if c.out.giveUp != nil {
		c.finish(*c.out.giveUp)
		return
	}
	c.sendInvite(1, nil)
}

// sendInvite sends the INVITE with this CSeq; challenge, if any, is what it
// answers.
func (c *Call) sendInvite(seq uint32, challenge *sip.Response) {
	l := c.line
	req := sip.NewRequest(sip.INVITE, c.out.uri)
	l.preload(req, l.serviceRoute())
	callID, forwards, expires := sip.CallIDHeader(c.key.callID), sip.MaxForwardsHeader(70), sip.ExpiresHeader(inviteExpires/time.Second)
	req.AppendHeader(c.fromHeader())
	req.AppendHeader(&sip.ToHeader{Address: c.out.uri, Params: sip.NewParams()})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: sip.INVITE})
	req.AppendHeader(&forwards)
	req.AppendHeader(&sip.ContactHeader{Address: c.contact()})
	req.AppendHeader(&expires)
	c.hide(req)
	l.stamp(req)
	if challenge != nil && !l.authorize(req, challenge, c.out.tries) {
		c.finish(refusal(challenge))
		return
	}
	setBody(req, sdpType, c.media.offer(c.media.wish))
	tx, err := l.ep.Start(req, c.out.dst, func(res *sip.Response, err error) {
		c.post(func() { c.inviteAnswered(req, res, err) })
	})
	if err != nil {
		if !c.nextServer(req, 0) {
			c.finish(Ended{By: Local, Cause: CauseUnreachable, Detail: err.Error()})
		}
		return
	}
	c.out.req, c.out.tx = req, tx
	c.watchServer(req)
}

func (c *Call) inviteAnswered(req *sip.Request, res *sip.Response, err error) {
	if c.out.req != req {
		return // the answer to an INVITE that has been sent again since
	}
	if err == nil && !res.IsProvisional() {
		c.out.tx = nil // it goes on alone, to acknowledge a refusal that is repeated
	}
	switch {
	case c.serverFailed(req, res, err):
	case err != nil:
		c.inviteFailed(err)
	case res.IsProvisional():
		c.inviteProgress(res)
	case res.IsSuccess():
		c.inviteAccepted(req, res)
	case challenged(res) && c.out.giveUp == nil && c.out.tries < maxChallenges:
		c.out.tries++
		c.sendInvite(req.CSeq().SeqNo+1, res)
	case c.out.giveUp != nil:
		c.finish(*c.out.giveUp)
	case c.retryPlain(req, res):
	default:
		c.finish(refusal(res))
	}
}

func (c *Call) inviteFailed(err error) {
	if c.out.giveUp != nil {
		c.finish(*c.out.giveUp)
		return
	}
	c.finish(Ended{By: Remote, Cause: CauseUnreachable, Detail: err.Error()})
}

func (c *Call) inviteProgress(res *sip.Response) {
	first := !c.out.provisional
	c.out.provisional = true
	if c.out.giveUp != nil {
		if first {
			c.sendCancel()
		}
		return
	}
	if res.StatusCode == sip.StatusTrying {
		return
	}
	if c.media.early(res) {
		return
	}
	if !c.out.rang {
		c.out.rang = true
		c.emit(Ringing{})
	}
}

// inviteAccepted takes the 2xx: the dialog, the ACK, the media, in that order:
// the peer repeats its 2xx until the ACK is there.
func (c *Call) inviteAccepted(req *sip.Request, res *sip.Response) {
	c.out.ring.Stop()
	dlg, err := dialog.NewUAC(req, res)
	if err != nil {
		c.finish(Ended{By: Local, Cause: CauseRefused, Detail: "the answer cannot be used: " + err.Error()})
		return
	}
	c.dlg = dlg
	c.locate(func(err error) {
		if err != nil {
			c.finish(Ended{By: Local, Cause: CauseUnreachable, Detail: err.Error()})
			return
		}
		c.acknowledge(req, res)
	})
}

// acknowledge sends the ACK; then the call is up, if it is still wanted and
// there is something to hear.
func (c *Call) acknowledge(req *sip.Request, res *sip.Response) {
	c.sendACK(req.CSeq().SeqNo)
	if c.out.giveUp != nil {
		c.leave(*c.out.giveUp)
		return
	}
	if err := c.media.answered(res.Body()); err != nil {
		c.leave(c.unusable(err))
		return
	}
	c.establish()
	c.confirm()
}

func (c *Call) sendACK(inviteSeq uint32) {
	ack := c.dlg.ACK(inviteSeq)
	ack.AppendHeader(sip.NewHeader("User-Agent", c.line.cfg.UserAgent))
	if err := c.line.ep.Send(ack, c.hop); err != nil {
		// The peer repeats its 2xx, and each gets an ACK.
		c.line.log.Warn("ACK not sent", "call", c.id, "error", err)
	}
}

// refusal reads a final response that is no success.
func refusal(res *sip.Response) Ended {
	return Ended{
		By:     Remote,
		Status: res.StatusCode,
		Cause:  causeOf(res.StatusCode),
		Detail: shown(res.Reason),
	}
}

func causeOf(status int) Cause {
	switch status {
	case 401, 403, 407:
		return CauseForbidden
	case 404, 410, 484, 604:
		return CauseNotFound
	case 408, 487:
		return CauseNoAnswer
	case 480:
		return CauseUnavailable
	case 486, 600:
		return CauseBusy
	case 488, 606:
		return CauseNotAcceptable
	case 603:
		return CauseDeclined
	}
	return CauseRefused
}
