package ua

import (
	"errors"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/dialog"
	"star18/ua/sdp"
	"star18/ua/sipnet"
)

// incomingInvite is their INVITE, and the 2xx that is repeated until its ACK.
type incomingInvite struct {
	req  *sip.Request
	tx   *sipnet.ServerTx
	ok   *repeater
	ring *time.Timer
	// What a ringing call comes to by itself; nil: nothing.
	forward, auto *time.Timer
	itself        bool         // it answered itself
	offer         *sdp.Session // nil: the INVITE had none, and our 200 offers

	remind    *time.Timer
	reliably  reliably
	settled   bool // offer and answer have passed before the 200
	accepting bool // the user has answered
}

func (in *incomingInvite) stop() {
	in.stopRinging()
	if in.ok != nil {
		in.ok.stop()
	}
	stopTimer(in.remind)
	in.reliably.stop()
}

func (in *incomingInvite) stopRinging() {
	stopTimer(in.ring)
	stopTimer(in.forward)
	stopTimer(in.auto)
}

// onInvite takes an INVITE outside any dialog.
func (l *Line) onInvite(req *sip.Request, tx *sipnet.ServerTx) {
	tag := newTag()
	from := l.whoCalls(req)
	old, res := l.replacing(req, tag)
	if res == nil {
		res = l.screen(req, tag, from, old)
	}
	var c *Call
	if res == nil {
		c, res = l.received(req, tx, tag, from, old)
	}
	if res != nil {
		l.respond(tx, res)
		return
	}
	tx.OnCancel(func() { c.post(c.cancelled) })
	if old != nil {
		return
	}
	select {
	case l.incoming <- c:
	default:
		c.Hangup()
	}
}

// received makes the call of an INVITE that was let in, and lets it arrive; or the
// response for what is found wrong with it then.
func (l *Line) received(req *sip.Request, tx *sipnet.ServerTx, tag string, from Incoming, old *Call) (*Call, *sip.Response) {
	dlg, err := dialog.NewUAS(req, tag)
	if err != nil { // it could ring, but not be answered
		l.log.Info("call refused", "error", err)
		return nil, l.response(req, sip.StatusBadRequest, "Bad Request", tag)
	}
	offer, res := l.readOffer(req, tag, l.cfg.Secure.takesKeys())
	if res != nil {
		return nil, res
	}
	m, err := newMedia(l)
	if err != nil {
		l.log.Error("incoming call refused", "error", err)
		return nil, l.response(req, sip.StatusInternalServerError, "No media port", tag)
	}
	c := l.newCall(m)
	c.state = ringing
	c.key = dialogKey{req.CallID().Value(), tag}
	c.from = from
	c.in = incomingInvite{req: req, tx: tx, offer: offer}
	c.dlg, c.hop = dlg, l.ep.Origin(req)
	c.stage = newCalleeStage(c)
	if offer != nil && offer.Profile.Keyed() {
		c.stage = newSDESStage(c)
	}
	if res := c.timing.judge(req); res != nil {
		m.close()
		return nil, res
	}
	c.post(c.arrive)
	if c.replaces = old; old != nil {
		c.from.Replaces = old.id
	}
	err = l.add(c)
	if err == nil {
		return c, nil
	}
	m.close()
	if errors.Is(err, errMerged) {
		return nil, l.loopDetected(req, tag)
	}
	return nil, l.turnAway(req, tag, from, true)
}

// screen refuses what cannot be taken whatever its offer; nil lets it pass.
func (l *Line) screen(req *sip.Request, tag string, from Incoming, old *Call) *sip.Response {
	if res := l.unsupported(req, tag); res != nil {
		return res
	}
	if res := l.unanswerable(req, tag); res != nil {
		return res
	}
	if l.merged(req) {
		return l.loopDetected(req, tag)
	}
	if old != nil {
		return nil // it takes the place of a call that was let in
	}
	return l.turnAway(req, tag, from, l.busy())
}

// merged: this INVITE has come by another way before, and rings or has been
// answered (RFC 3261 8.2.2.2): a proxy forked it to us twice.
func (l *Line) merged(req *sip.Request) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.alreadyHere(req)
}

// errMerged: the same INVITE came in while this one was looked at.
var errMerged = errors.New("the call is here already")

func (l *Line) loopDetected(req *sip.Request, tag string) *sip.Response {
	return l.response(req, sip.StatusLoopDetected, "Loop Detected", tag)
}

// alreadyHere is merged for those who hold the lock.
func (l *Line) alreadyHere(req *sip.Request) bool {
	tag := fromTag(req)
	for key, c := range l.calls {
		if c.outgoing || key.callID != req.CallID().Value() {
			continue
		}
		first := c.in.req // set before the call was added
		if fromTag(first) == tag && first.CSeq().SeqNo == req.CSeq().SeqNo {
			return true
		}
	}
	return false
}
