package ua

import (
	"context"
	"net/netip"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/digest"
	"star18/ua/sipnet"
)

// Examination is what one server says to a line that asks. It changes nothing
// there.
type Examination struct {
	// Alive is the answer to OPTIONS: any status is a sign of life.
	Alive Reply
	// Known is the answer to a REGISTER without Contact, which only asks for the
	// bindings (RFC 3261 10.2.3); after its challenge, if there was one.
	Known Reply
	// Asked: the server wanted a password. Offered are the algorithms, as named.
	// Unproved: we have no password to answer with.
	Asked    bool
	Realm    string
	Offered  []digest.Algorithm
	Unproved bool

	Contacts []string       // where the address of record is reached now
	Seen     netip.AddrPort // our address as the server sees it; invalid: not told
	Local    netip.AddrPort // and as we do
	Date     time.Time      // the server's clock; zero: not told
}

// Reply is how a request fared.
type Reply struct {
	Status int // 0: no answer
	Reason string
	Took   time.Duration
	Err    error // why there is none
}

// Locate asks DNS anew for the line's own servers, best first, and says which
// records it asked for and what came.
func (l *Line) Locate(ctx context.Context) (hops []sipnet.Hop, tried []string, err error) {
	q, err := l.proxyQuestion()
	if err != nil {
		return nil, nil, err
	}
	return l.resolver.Walk(ctx, q)
}

// Examine asks one server whether it lives, knows us and takes our password.
func (l *Line) Examine(ctx context.Context, hop sipnet.Hop) Examination {
	x := Examination{Unproved: l.cfg.Password == ""}
	l.follow(hop)
	if x.Local, x.Alive.Err = l.ep.Connect(ctx, hop); x.Alive.Err != nil {
		return x
	}
	probe := registration{line: l}
	res, alive := l.ask(ctx, probe.options(false), hop)
	x.Alive = alive
	if res == nil {
		return x
	}
	x.note(res)
	r := newRegistration(l)
	defer r.quit()
	var challenge *sip.Response
	for {
		req := r.build(0, sip.Uri{}, nil)
		req.RemoveHeader("Contact")
		req.RemoveHeader("Expires")
		if !r.proof.add(l, l.credentials(), req, challenge) {
			return x
		}
		if res, x.Known = l.ask(ctx, req, hop); res == nil {
			return x
		}
		x.note(res)
		if !challenged(res) {
			x.bindings(res)
			return x
		}
		x.challenge(res)
		challenge = res
	}
}

func (l *Line) ask(ctx context.Context, req *sip.Request, hop sipnet.Hop) (*sip.Response, Reply) {
	begin := time.Now()
	res, err := l.ep.Do(ctx, req, hop)
	r := Reply{Took: time.Since(begin), Err: err}
	if err != nil {
		return nil, r
	}
	r.Status, r.Reason = res.StatusCode, shown(res.Reason)
	return res, r
}

func (x *Examination) note(res *sip.Response) {
	if seen, ok := viaSource(res); ok {
		x.Seen = seen
	}
	if h := res.GetHeader("Date"); h != nil {
		if at, err := time.Parse(time.RFC1123, h.Value()); err == nil {
			x.Date = at
		}
	}
}

// challenge reads what the server wants to be proved.
func (x *Examination) challenge(res *sip.Response) {
	x.Asked, x.Offered = true, nil
	ask, _ := challengeHeaders(res)
	for _, challenge := range headerValues(res, ask) {
		realm, algorithm, err := digest.Offer(challenge)
		if err == nil {
			x.Realm, x.Offered = shown(realm), append(x.Offered, algorithm)
		}
	}
}

func (x *Examination) bindings(res *sip.Response) {
	for _, contact := range headerValues(res, "Contact") {
		x.Contacts = append(x.Contacts, shown(contact))
	}
}

// ExamineSTUN asks the server of the configuration where it sees a media socket of
// ours, and says where we see it.
func (l *Line) ExamineSTUN(ctx context.Context) (local, seen netip.AddrPort, err error) {
	conn, err := l.openPort()
	if err != nil {
		return local, seen, err
	}
	defer conn.Close()
	if local, err = netip.ParseAddrPort(conn.LocalAddr().String()); err != nil {
		return local, seen, err
	}
	seen, err = l.askSTUN(ctx, conn)
	return local, seen, err
}
