package ua

import (
	"context"
	"fmt"

	"github.com/emiago/sipgo/sip"

	"star18/ua/refer"
)

// referral is the peer's REFER under way: the new call, and what we tell of it.
type referral struct {
	call   *Call // whose peer asked; owns everything below
	to     refer.Target
	by     string // Referred-By as it came; empty without
	id     string // of the subscription, from the second REFER on
	silent bool   // the peer wants no news (RFC 4488)
	asking bool
	over   bool

	sounding bool // the new call is to have the sound

	news    []news // not sent yet
	sending bool
}

// news is one NOTIFY to come.
type news struct {
	status int
	reason string
	sub    refer.Subscription
}

// begin places the new call. It is wanted secure if this one was: it starts in
// clear all the same, and runs a second stage of its own (specification of the
// secure call, section 5).
func (r *referral) begin() {
	c := r.call
	r.notify(sip.StatusTrying, "Trying", refer.Subscription{State: refer.Active, Expires: int(transferLimit.Seconds())})
	uri, err := c.line.referredURI(r.to)
	if err != nil {
		r.end(sip.StatusServiceUnavailable, err.Error(), "noresource")
		return
	}
	t := Target{
		Dialed: shown(r.to.URI()), Number: uri.User,
		Secure:  c.target.Secure || c.secure != SecureNever,
		InClear: c.target.InClear, HideID: c.hides(),
	}
	if uri.Host != c.line.cfg.Domain {
		t.Host = r.to.Host
	}
	speaking := c.line.speaking()
	r.sounding = speaking == nil || speaking == c
	c.mute()
	c.line.wg.Go(func() {
		child, err := c.line.place(context.Background(), t, uri, r)
		c.post(func() { r.placed(child, err) })
	})
}

func (r *referral) placed(child *Call, err error) {
	c := r.call
	if err != nil {
		r.end(sip.StatusServiceUnavailable, err.Error(), "noresource")
		r.back()
		return
	}
	c.successor.Store(child)
	r.tell(Transfer{NewCall: child.id, SecureLost: c.secure != SecureNever})
}

// headers are what the new INVITE carries beside the usual (RFC 3892, 3891).
func (r *referral) headers() []sip.Header {
	var out []sip.Header
	if r.by != "" {
		out = append(out, sip.NewHeader("Referred-By", r.by))
	}
	if r.to.Replaces != nil {
		out = append(out, sip.NewHeader("Replaces", r.to.Replaces.Value()), sip.NewHeader("Require", "replaces"))
	}
	return out
}

// watch passes what happens to the new call on to the old one, and with it to
// the peer. It runs on the new call's goroutine.
func (r *referral) watch(ev Event) {
	switch ev := ev.(type) {
	case Ringing:
		r.progress(sip.StatusRinging, "Ringing")
	case EarlyMedia:
		r.progress(sip.StatusSessionInProgress, "Session Progress")
	case Answered:
		r.call.post(func() {
			r.end(sip.StatusOK, "OK", "noresource")
			r.call.leaveTransferred(byeDelay)
		})
	case Ended:
		if ev.Answered {
			return
		}
		r.call.post(func() {
			r.end(failureOf(ev), string(ev.Cause), "noresource")
			r.call.successor.Store(nil)
			r.back()
		})
	}
}

// back gives the call what it had before the transfer.
func (r *referral) back() {
	if r.sounding {
		r.call.goOn()
	}
}

func (r *referral) progress(status int, reason string) {
	r.call.post(func() {
		if !r.over {
			r.notify(status, reason, refer.Subscription{State: refer.Active, Expires: int(transferLimit.Seconds())})
			r.tell(Transfer{Status: status, Reason: reason})
		}
	})
}

// failureOf is the status of a call that was not answered.
func failureOf(e Ended) int {
	switch {
	case e.Status >= 300:
		return e.Status
	case e.Cause == CauseCancelled:
		return sip.StatusRequestTerminated
	case e.Cause == CauseNoAnswer:
		return sip.StatusTemporarilyUnavailable
	}
	return sip.StatusServiceUnavailable
}

// end is the last word of the transfer.
func (r *referral) end(status int, reason, why string) {
	if r.over {
		return
	}
	r.over = true
	r.notify(status, statusWords(status, reason), refer.Subscription{State: refer.Terminated, Reason: why})
	r.tell(Transfer{Status: status, Reason: reason, Done: true})
}

// statusWords keeps our own explanations out of what the peer gets.
func statusWords(status int, reason string) string {
	if status == sip.StatusOK {
		return reason
	}
	return reasonPhrase(status)
}

func (r *referral) tell(ev Transfer) {
	ev.Role, ev.Target, ev.By = Transferee, shown(r.to.URI()), shown(r.by)
	ev.Reason = shown(ev.Reason)
	r.call.emit(ev)
}

// notify sends the news in order, one at a time: NOTIFYs that overtake each
// other would be refused. What is out of date before it is sent is left out.
func (r *referral) notify(status int, reason string, sub refer.Subscription) {
	if r.silent {
		return
	}
	if n := len(r.news); n > 0 {
		r.news = r.news[:n-1]
	}
	r.news = append(r.news, news{status, reason, sub})
	r.send()
}

func (r *referral) send() {
	c := r.call
	if r.sending || len(r.news) == 0 || c.state != up {
		return
	}
	n := r.news[0]
	r.news, r.sending = r.news[1:], true
	c.exchange(func() *sip.Request {
		req := c.dlg.Request(sip.NOTIFY)
		event := "refer"
		if r.id != "" {
			event = fmt.Sprintf("refer;id=%s", r.id)
		}
		req.AppendHeader(&sip.ContactHeader{Address: c.contact()})
		req.AppendHeader(sip.NewHeader("Event", event))
		req.AppendHeader(sip.NewHeader("Subscription-State", n.sub.Value()))
		setBody(req, refer.FragmentType+";version=2.0", refer.Fragment(n.status, n.reason))
		return req
	}, func(res *sip.Response, err error) {
		r.sending = false
		if err != nil || !res.IsSuccess() {
			r.silent, r.news = true, nil // the peer wants no news any more (RFC 6665 4.2.2)
			return
		}
		r.send()
	})
}
