package ua

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"star18/ua/refer"
	"star18/ua/sipnet"
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

// statusURIScheme is RFC 3261 21.4.14's.
const statusURIScheme = 416

// onRefer takes the peer's wish that we call somebody else.
func (c *Call) onRefer(req *sip.Request, tx *sipnet.ServerTx) {
	if c.state != up {
		c.answer(tx, req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
		return
	}
	headers := req.GetHeaders("Refer-To")
	if len(headers) != 1 { // RFC 3515 2.4.2
		c.answer(tx, req, sip.StatusBadRequest, "One Refer-To Is Needed")
		return
	}
	to, err := refer.ParseTarget(headers[0].Value())
	if status, reason := c.judgeRefer(to, err); status != 0 {
		c.line.log.Info("transfer refused", "call", c.id, "status", status, "error", err)
		c.answer(tx, req, status, reason)
		if err == nil && status == sip.StatusGlobalDecline {
			c.emit(Transfer{Role: Transferee, Target: shown(to.URI()), Status: status, Reason: reason, Done: true})
		}
		return
	}
	r := &referral{call: c, to: to, by: referredBy(req)}
	if c.referral != nil {
		r.id = strconv.FormatUint(uint64(req.CSeq().SeqNo), 10)
	}
	c.referral = r
	res := c.line.response(req, sip.StatusAccepted, "Accepted", "")
	res.AppendHeader(&sip.ContactHeader{Address: c.contact()})
	if h := req.GetHeader("Refer-Sub"); h != nil && strings.EqualFold(strings.TrimSpace(h.Value()), "false") {
		r.silent = true
		res.AppendHeader(sip.NewHeader("Refer-Sub", "false"))
	}
	c.line.respond(tx, res)
	if c.line.cfg.Calls.Refer == ReferAllow {
		r.begin()
		return
	}
	r.ask()
}

// judgeRefer is the refusal, or 0.
func (c *Call) judgeRefer(to refer.Target, err error) (int, string) {
	calls := c.line.cfg.Calls
	switch {
	case errors.Is(err, refer.ErrScheme):
		return statusURIScheme, "Unsupported URI Scheme"
	case errors.Is(err, refer.ErrMethod), errors.Is(err, refer.ErrHeaders):
		return sip.StatusForbidden, "Forbidden"
	case err != nil:
		return sip.StatusBadRequest, "Bad Refer-To"
	case c.referral != nil && !c.referral.over:
		return sip.StatusRequestPending, "Request Pending"
	case c.Successor() != nil: // it has been transferred, once
		return sip.StatusGlobalDecline, "Decline"
	case calls.Refer == ReferRefuse, calls.Refer == ReferAsk && !calls.Attended:
		return sip.StatusGlobalDecline, "Decline"
	}
	if _, err := c.line.referredURI(to); err != nil {
		return statusURIScheme, "Address Cannot Be Called"
	}
	return 0, ""
}

// referredBy is a Referred-By that may be passed on (RFC 3892 2.2): one line of
// visible text.
func referredBy(req *sip.Request) string {
	h := req.GetHeader("Referred-By")
	if h == nil || len(h.Value()) > maxReferredBy || h.Value() != shown(h.Value()) {
		return ""
	}
	return h.Value()
}

const maxReferredBy = 512

// referredURI is whom the new call is for.
func (l *Line) referredURI(to refer.Target) (sip.Uri, error) {
	if to.Scheme == refer.Tel { // RFC 3261 19.1.6: a number of our own domain
		return Target{Number: to.User}.uri(l.cfg.Domain)
	}
	uri, err := Target{Number: to.User, Host: to.Host}.uri(l.cfg.Domain)
	if err != nil {
		return uri, err
	}
	uri.Scheme = to.Scheme.String()
	if to.Transport != "" {
		uri.UriParams = sip.NewParams()
		uri.UriParams.Add("transport", to.Transport)
	}
	_, err = l.hopOf(uri)
	return uri, err
}

// ask leaves it to the user; the peer learns that it has to wait.
func (r *referral) ask() {
	r.asking = true
	r.notify(sip.StatusTrying, "Trying", refer.Subscription{State: refer.Pending, Expires: int(askLimit.Seconds())})
	r.tell(Transfer{Asking: true})
	r.call.after(askLimit, func() { r.refuse("nobody agreed to the transfer") })
}

// AcceptTransfer agrees to the transfer that the peer asks for, RefuseTransfer
// does not.
func (c *Call) AcceptTransfer() error {
	return c.decide(func(r *referral) {
		r.asking = false
		r.begin()
	})
}

// RefuseTransfer declines; the call goes on.
func (c *Call) RefuseTransfer() error { return c.decide(func(r *referral) { r.refuse("declined") }) }

// ErrNoTransfer: the peer does not ask for a transfer.
var ErrNoTransfer = errors.New("no transfer is asked for")

func (c *Call) decide(then func(*referral)) error {
	return c.ask(func(tell func(error)) {
		if c.referral == nil || !c.referral.asking {
			tell(ErrNoTransfer)
			return
		}
		then(c.referral)
		tell(nil)
	})
}

func (r *referral) refuse(reason string) {
	if r.asking {
		r.asking = false
		r.end(sip.StatusGlobalDecline, reason, "rejected")
	}
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
