package ua

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/emiago/sipgo/sip"

	"star18/ua/refer"
	"star18/ua/sipnet"
)

// transferor is our REFER under way: what we know of how the other side fares.
//
//	REFER ─▶ 202 ─▶ NOTIFY 100, 180 … ─▶ NOTIFY 200 ─▶ BYE
//	    └▶ refused        └▶ NOTIFY 486, or nothing ─▶ the call goes on
type transferor struct {
	to     string
	other  *Call // the call that is to be replaced; nil in a blind transfer
	before *Call // had the sound when it began
	seq    uint32
	status int
	reason string
}

// Transfer asks the peer to call somebody else instead of us. The call is put on
// hold first. Transfer returns when the peer has agreed to try; how it goes, the
// events tell: if the target answers the call ends, otherwise it goes on.
func (c *Call) Transfer(t Target) error {
	uri, err := t.uri(c.line.cfg.Domain)
	if err != nil {
		return err
	}
	return c.transfer(targetOf(uri), nil)
}

// TransferTo connects the peers of two calls of ours: c's peer is asked to take
// our place in the other call. Both are put on hold first.
func (c *Call) TransferTo(other *Call) error {
	if other == nil || other == c || other.line.desk != c.line.desk {
		return ErrNoOther
	}
	var to refer.Target
	if err := other.ask(func(then func(error)) {
		if other.state != up {
			then(ErrNotUp)
			return
		}
		to = other.replaceTarget()
		then(nil)
	}); err != nil {
		return err
	}
	return c.transfer(to, other)
}

// targetOf is a URI of ours as a Refer-To.
func targetOf(uri sip.Uri) refer.Target {
	t := refer.Target{Scheme: refer.SIP, User: uri.User, Host: uri.Host}
	if uri.IsEncrypted() {
		t.Scheme = refer.SIPS
	}
	if uri.Port > 0 {
		t.Host += ":" + strconv.Itoa(uri.Port)
	}
	return t
}

// replaceTarget names this call as its peer knows it: what is our tag is remote
// there. Within our domain the peer is named as it was called, which finds it
// from everywhere; another one by its Contact.
func (c *Call) replaceTarget() refer.Target {
	uri := c.dlg.RemoteURI()
	if uri.Host != c.line.cfg.Domain || uri.User == "" {
		uri = c.dlg.Target()
	}
	t := targetOf(uri)
	t.Replaces = &refer.Replaces{CallID: c.dlg.CallID(), ToTag: c.dlg.RemoteTag(), FromTag: c.dlg.LocalTag()}
	return t
}

var errReferRefused = errors.New("the other side does not transfer")

func (c *Call) transfer(to refer.Target, other *Call) error {
	before := c.line.speaking()
	if before != c && before != other {
		before = nil // it goes on meanwhile
	}
	c.parkNow()
	if other != nil {
		other.parkNow()
	}
	err := c.ask(func(then func(error)) { c.sendRefer(to, other, before, then) })
	if err != nil {
		before.goOn()
	}
	return err
}

// sendRefer waits for the hold to be through, so that the peer does not get the
// REFER in the middle of an offer.
func (c *Call) sendRefer(to refer.Target, other, before *Call, then func(error)) {
	c.turns.add(func(done func()) {
		defer done()
		switch {
		case c.state != up:
			then(ErrNotUp)
			return
		case c.referring != nil:
			then(ErrPending)
			return
		}
		r := &transferor{to: shown(to.URI()), other: other, before: before}
		c.referring = r
		c.exchange(func() *sip.Request {
			req := c.dlg.Request(sip.REFER)
			r.seq = req.CSeq().SeqNo
			own := c.line.aor()
			req.AppendHeader(&sip.ContactHeader{Address: c.contact()})
			req.AppendHeader(sip.NewHeader("Refer-To", to.Value()))
			if !c.hides() {
				req.AppendHeader(sip.NewHeader("Referred-By", "<"+own.String()+">"))
			}
			return req
		}, func(res *sip.Response, err error) { then(c.referAnswered(r, res, err)) })
	})
}

func (c *Call) referAnswered(r *transferor, res *sip.Response, err error) error {
	switch {
	case err != nil:
		c.referring = nil
		return fmt.Errorf("%w: %w", errReferRefused, err)
	case !res.IsSuccess():
		c.referring = nil
		return fmt.Errorf("%w: %d %s", errReferRefused, res.StatusCode, shown(res.Reason))
	}
	if withoutNews(res) { // the peer goes, and will not tell how it fares
		c.endTransfer(r, res.StatusCode, "not followed")
		c.leaveTransferred(byeDelay)
		return nil
	}
	if c.referring == r && r.status == 0 { // the first NOTIFY may overtake it
		c.transferNews(r, res.StatusCode, shown(res.Reason))
	}
	c.after(transferLimit, func() {
		if c.referring == r {
			c.transferFailed(r, sip.StatusRequestTimeout, "no news of the transfer")
		}
	})
	return nil
}

// onNotify takes a NOTIFY of the call's dialog: the news of our REFER, or what
// needs no subscription.
func (c *Call) onNotify(req *sip.Request, tx *sipnet.ServerTx) {
	r := c.referring
	event := req.GetHeader("Event")
	if event == nil {
		c.answer(tx, req, sip.StatusOK, "OK") // a keepalive of old devices
		return
	}
	ours, id := refer.ParseEvent(event.Value())
	switch {
	case !ours:
		c.answer(tx, req, sip.StatusOK, "OK")
		return
	case r == nil, id != "" && id != strconv.FormatUint(uint64(r.seq), 10):
		c.answer(tx, req, sip.StatusCallTransactionDoesNotExists, "Subscription Does Not Exist")
		return
	}
	c.answer(tx, req, sip.StatusOK, "OK")
	var sub refer.Subscription
	if h := req.GetHeader("Subscription-State"); h != nil {
		sub = refer.ParseSubscription(h.Value())
	}
	status, reason, err := refer.ParseFragment(req.Body())
	if err != nil {
		status, reason = 0, "" // the state may say all the same that it is over
	}
	c.followTransfer(r, status, shown(reason), sub)
}

func (c *Call) followTransfer(r *transferor, status int, reason string, sub refer.Subscription) {
	switch {
	case status >= 300:
		c.transferFailed(r, status, reason)
	case status >= 200:
		c.transferred(r, status, reason)
	case sub.State == refer.Terminated:
		c.transferFailed(r, max(status, r.status), sub.Reason)
	case status > 0:
		c.transferNews(r, status, reason)
	}
}

// transferNews tells what is new.
func (c *Call) transferNews(r *transferor, status int, reason string) {
	if r.status != status {
		r.status, r.reason = status, reason
		c.emit(Transfer{Role: Transferor, Target: r.to, Status: status, Reason: reason})
	}
}

func (c *Call) endTransfer(r *transferor, status int, reason string) {
	c.referring = nil
	c.emit(Transfer{Role: Transferor, Target: r.to, Status: status, Reason: reason, Done: true})
}

// transferred: the peer speaks to the target. We leave; a call that the peer
// took over is ended by the target, and by us if that does not come.
func (c *Call) transferred(r *transferor, status int, reason string) {
	c.endTransfer(r, status, reason)
	c.leave(Ended{By: Local, Cause: CauseTransferred})
	if o := r.other; o != nil {
		o.post(func() { o.leaveTransferred(byeDelay) })
	}
}

// transferFailed: all goes on as before.
func (c *Call) transferFailed(r *transferor, status int, reason string) {
	c.endTransfer(r, status, reason)
	r.before.goOn()
}

// transferOver: the call ended before its transfer did. Some peers say BYE in
// place of the last NOTIFY.
func (c *Call) transferOver() {
	if r := c.referring; r != nil {
		c.endTransfer(r, r.status, r.reason)
	}
}
