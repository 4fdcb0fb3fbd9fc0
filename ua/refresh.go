package ua

import (
	"time"

	"github.com/emiago/sipgo/sip"
)

// refreshRetry is when a refresh that the peer could not take just then is tried
// again; the session still has half its interval.
const refreshRetry = 5 * time.Second

// refreshNow keeps the session alive: by an UPDATE without an offer if the peer
// takes them, else by a re-INVITE with the description in force. Neither changes
// a hold, the media or the security of the call.
func (t *timing) refreshNow() {
	if t.updates {
		t.update()
		return
	}
	t.reinvite()
}

func (t *timing) reinvite() {
	c := t.call
	r := &reinvite{call: c, body: c.media.lastOffer}
	r.accepted = func(res *sip.Response) error {
		held := c.media.agreed.Held
		if err := c.media.agree(answerIn(res)); err != nil {
			return err
		}
		if !c.media.offered.Direction.Sends() {
			c.media.agreed.Held = held // the answer to recvonly cannot take a hold back
		}
		c.media.adjust()
		c.tellHold()
		return nil
	}
	r.result = func(err error) {
		if err != nil {
			c.line.log.Warn("session not refreshed", "call", c.id, "error", err)
		}
		if err != nil && c.state == up {
			t.again(t.round)
		}
	}
	r.start()
}

func (t *timing) update() {
	c, round := t.call, t.round
	c.exchange(func() *sip.Request {
		req := c.dlg.Request(sip.UPDATE)
		req.AppendHeader(&sip.ContactHeader{Address: c.contact()})
		t.ask(req)
		return req
	}, func(res *sip.Response, err error) {
		if t.round == round && c.state == up { // else it was refreshed meanwhile
			t.updated(res, err)
		}
	})
}

func (t *timing) updated(res *sip.Response, err error) {
	c := t.call
	switch {
	case gone(res, err): // it ends the call
	case err != nil:
		t.again(t.round)
	case res.IsSuccess():
		if c.dlg.RefreshTarget(res) == nil {
			c.retarget()
		}
		t.granted(res)
	case res.StatusCode == sip.StatusMethodNotAllowed, res.StatusCode == sip.StatusNotImplemented:
		t.updates = false
		t.reinvite()
	case t.raise(res):
		t.update()
	default:
		t.again(t.round)
	}
}

func (t *timing) again(round int) {
	t.refresh = t.call.after(refreshRetry, func() {
		if t.round == round && t.call.state == up {
			t.refreshNow()
		}
	})
}
