package ua

import (
	"context"
	"strings"

	"github.com/emiago/sipgo/sip"

	"star18/ua/digest"
	"star18/ua/redirect"
)

// Redirected: the far end, or a proxy, sent our call to another address. What
// was dialled stays what a secure call's certificate has to name: whoever
// answers there is only secure under that number.
type Redirected struct {
	Status int    `json:"status"`
	To     string `json:"to"`
	Number string `json:"number"` // as dialled
	Secure bool   `json:"secure"`
}

// EventName implements Event.
func (Redirected) EventName() string { return "redirected" }

// redirected follows a 3xx (RFC 3261 8.1.3.4), or, after one, goes on to the next
// of its addresses when one refuses; false if there is nowhere to go. A 305
// would put a proxy between us and everybody, and a 380 is another service: they
// are not followed. A 6xx speaks for all.
func (c *Call) redirected(req *sip.Request, res *sip.Response) bool {
	o := &c.out
	switch {
	case res.StatusCode >= 600, res.StatusCode == sip.StatusUseProxy, res.StatusCode == 380:
		return false
	case res.StatusCode < 400:
		if o.course == nil {
			o.course = redirect.New(o.to, c.line.cfg.MaxRedirections)
		}
		o.course.Add(contacts(res), c.line.callable)
	}
	next, ok := o.course.Next()
	if !ok {
		return false
	}
	c.goTo(next, req.CSeq().SeqNo+1, res)
	return true
}

// goTo sends the INVITE to another address: the same call, a new transaction.
func (c *Call) goTo(uri sip.Uri, seq uint32, res *sip.Response) {
	o := &c.out
	o.uri, o.proof, o.req, o.provisional = uri, proof{}, nil, false
	o.foreign = !c.line.known(uri)
	c.target.Gateway, c.target.Credentials = false, digest.Credentials{} // were for whom was called before
	if c.media.keying != nil {                                           // whoever sent us on has seen the keys of before
		c.media.keying = newKeying()
	}
	c.emit(Redirected{Status: res.StatusCode, To: shown(uri.String()), Number: c.target.Number, Secure: c.target.Secure})
	c.line.wg.Go(func() {
		hops, err := c.line.nextHops(context.Background(), uri)
		c.post(func() {
			switch {
			case o.giveUp != nil:
				c.finish(*o.giveUp)
			case err != nil && !c.redirected(&sip.Request{}, res):
				c.finish(Ended{By: Remote, Status: res.StatusCode, Cause: CauseUnreachable, Detail: err.Error()})
			case err == nil:
				o.dst, o.others = hops[0], hops[1:]
				c.sendInvite(seq, nil)
			}
		})
	})
}

func contacts(res *sip.Response) []*sip.ContactHeader {
	var out []*sip.ContactHeader
	for _, h := range res.GetHeaders("Contact") {
		if c, ok := h.(*sip.ContactHeader); ok {
			out = append(out, c)
		}
	}
	return out
}

// callable brings an address that somebody else chose into the form of one that
// we would dial: user, host, port and transport. Headers, passwords, methods and
// whatever else a URI can smuggle into a request stay out. A tel URI is a number
// of our own domain. A line does not call itself.
func (l *Line) callable(uri sip.Uri) (sip.Uri, bool) {
	clean := sip.Uri{Scheme: uri.Scheme, User: uri.User, Host: uri.Host, Port: uri.Port}
	switch {
	case uri.Wildcard:
		return clean, false
	case uri.Scheme == "tel":
		clean = sip.Uri{Scheme: "sip", User: telNumber(uri), Host: l.cfg.Domain}
	case uri.Scheme != "sip" && uri.Scheme != "sips":
		return clean, false
	}
	if transport, ok := uri.UriParams.Get("transport"); ok {
		clean.UriParams = sip.NewParams()
		clean.UriParams.Add("transport", transport)
	}
	own := l.contact()
	if !ValidUser(clean.User) || !ValidHost(clean.Host) || clean.Host == own.Host && clean.Port == own.Port {
		return clean, false
	}
	_, err := l.hopOf(clean)
	return clean, err == nil
}

// telNumber is the number of a tel URI without its parameters and what stands in
// it for the eye (RFC 3966 section 3).
func telNumber(uri sip.Uri) string {
	number, _, _ := strings.Cut(strings.TrimPrefix(uri.String(), "tel:"), ";")
	return strings.NewReplacer("-", "", ".", "", "(", "", ")", "").Replace(number)
}

// known: the address is of our own domain, or of its proxy: who asks for a
// password there may have its answer.
func (l *Line) known(uri sip.Uri) bool {
	if uri.Host == l.cfg.Domain {
		return true
	}
	q, err := l.proxyQuestion()
	return err == nil && q.Host == uri.Host
}
