package ua

import (
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/dialog"
	"star18/ua/redirect"
	"star18/ua/sipnet"
)

// inviteExpires is how long it rings at the far end (the SPA's INVITE_Expires).
const inviteExpires = 240 * time.Second

// outgoingInvite is our INVITE on its way. Owned by the call's goroutine.
type outgoingInvite struct {
	to          sip.Uri // as it was dialled
	uri         sip.Uri // where the call was sent since
	dst         sipnet.Hop
	foreign     bool         // somebody else chose uri: our password is not for it
	extra       []sip.Header // of a transfer
	course      *redirect.Course
	others      []sipnet.Hop // where else it may go if dst fails
	req         *sip.Request
	tx          *sipnet.ClientTx
	proof       proof
	provisional bool
	giveUp      *Ended // the user, or a limit, ended it before an answer
	ring        *time.Timer

	early    map[string]*early // by the peer's tag
	speaking string            // tag of the early dialog that is heard
	shows    Event             // what the user was told last: ringing or early media
	rang     bool
}

func (o *outgoingInvite) stop() {
	stopTimer(o.ring)
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
	c.out.provisional, c.out.early, c.out.speaking = false, nil, ""
	req := sip.NewRequest(sip.INVITE, c.out.uri)
	l.preload(req, c.target.service(l))
	callID, forwards, expires := sip.CallIDHeader(c.key.callID), sip.MaxForwardsHeader(70), sip.ExpiresHeader(inviteExpires/time.Second)
	req.AppendHeader(c.fromHeader())
	req.AppendHeader(&sip.ToHeader{Address: c.out.to, Params: sip.NewParams()})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: sip.INVITE})
	req.AppendHeader(&forwards)
	req.AppendHeader(&sip.ContactHeader{Address: c.contact()})
	req.AppendHeader(&expires)
	for _, h := range c.out.extra {
		req.AppendHeader(sip.HeaderClone(h))
	}
	c.hide(req)
	c.timing.ask(req)
	l.stamp(req)
	if !c.out.proof.add(l, c.credentials(), req, challenge) {
		c.finish(refusal(challenge))
		return
	}
	setBody(req, sdpType, c.media.offer(c.media.wish))
	tx, err := l.ep.Start(req, c.out.dst, c.awaits(req, c.out.dst))
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
		c.inviteProgress(req, res)
	case res.IsSuccess():
		c.inviteAccepted(req, res)
	case c.out.giveUp != nil:
		c.finish(*c.out.giveUp)
	case challenged(res) && !c.out.foreign:
		c.sendInvite(req.CSeq().SeqNo+1, res)
	case c.timing.raise(res):
		c.sendInvite(req.CSeq().SeqNo+1, nil)
	case c.retryPlain(req, res), c.redirected(req, res):
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

// inviteProgress takes a provisional response: of the one telephone that was
// called, or of one of several behind a proxy, each with an early dialog.
func (c *Call) inviteProgress(req *sip.Request, res *sip.Response) {
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
	e := c.earlyDialog(req, res)
	if !c.inOrder(e, res) {
		return
	}
	c.timing.learn(res)
	if c.sounds(e, res) {
		c.show(EarlyMedia{})
		return
	}
	c.show(Ringing{})
	c.progresses(res.StatusCode)
}

// show tells what the far end does, when that changes.
func (c *Call) show(ev Event) {
	if c.out.shows != ev {
		c.out.shows = ev
		c.out.rang = c.out.rang || ev == Event(Ringing{})
		c.emit(ev)
	}
}

// inviteAccepted takes the 2xx: the dialog, the ACK, the media, in that order:
// the peer repeats its 2xx until the ACK is there. What the 2xx names as its
// address may be missing or not to be found; then the ACK, and a BYE, go the way
// of the INVITE.
func (c *Call) inviteAccepted(req *sip.Request, res *sip.Response) {
	c.out.ring.Stop()
	missing := res.Contact() == nil
	dlg, e, err := c.confirmed(req, reachable(req, res))
	if err != nil {
		c.finish(Ended{By: Local, Cause: CauseRefused, Detail: "the answer cannot be used: " + err.Error()})
		return
	}
	c.dlg, c.hop = dlg, c.out.dst
	if missing {
		c.hangUpAnswer(req, Ended{By: Local, Cause: CauseRefused, Detail: "the answer cannot be used: " + dialog.ErrNoContact.Error()})
		return
	}
	c.locate(func() { c.acknowledge(req, res, e) })
}

// confirmed is the dialog of the 2xx: an early one that goes on, or a new one.
// The early dialogs of other telephones are over (RFC 3261 13.2.2.4).
func (c *Call) confirmed(req *sip.Request, res *sip.Response) (*dialog.Dialog, *early, error) {
	tag := toTag(res)
	e := c.out.early[tag]
	c.out.early = nil
	if e != nil {
		return e.dlg, e, e.dlg.Confirm(res)
	}
	d, err := dialog.NewUAC(req, res)
	return d, nil, err
}

// hangUpAnswer ends a call that was answered in a way that cannot be used.
func (c *Call) hangUpAnswer(req *sip.Request, why Ended) {
	c.sendACK(req.CSeq().SeqNo)
	c.leave(why)
}

// acknowledge sends the ACK; then the call is up, if it is still wanted and
// there is something to hear.
func (c *Call) acknowledge(req *sip.Request, res *sip.Response, e *early) {
	c.sendACK(req.CSeq().SeqNo)
	if c.out.giveUp != nil {
		c.leave(*c.out.giveUp)
		return
	}
	tag := toTag(res)
	if err := c.media.answered(c.out.finalAnswer(e, tag, res)); err != nil {
		c.leave(c.unusable(err))
		return
	}
	c.establish()
	c.timing.granted(res)
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
