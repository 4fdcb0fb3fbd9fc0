package ua

import (
	"errors"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"star18/ua/refer"
	"star18/ua/sipnet"
)

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
	if withoutNews(req) {
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

// withoutNews: no NOTIFY is to tell how the transfer fares (RFC 4488).
func withoutNews(msg headers) bool {
	return strings.EqualFold(strings.TrimSpace(headerText(msg, "Refer-Sub")), "false")
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
