package ua

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/sipnet"
)

// request is the next REGISTER: our Contact, and those of before taken back
// with it (RFC 3261 10.2.2).
func (r *registration) request() *sip.Request {
	r.note(r.line.contact())
	return r.build(r.agent.Expires, r.contact, r.left)
}

// note remembers a Contact that has changed: the registrar may still have it.
func (r *registration) note(contact sip.Uri) {
	same := func(u sip.Uri) bool { return u.String() == contact.String() }
	if r.dirty && !same(r.contact) && !slices.ContainsFunc(r.left, func(u sip.Uri) bool { return u.String() == r.contact.String() }) {
		r.left = append(r.left, r.contact)
	}
	r.left = slices.DeleteFunc(r.left, same)
	r.left = r.left[max(0, len(r.left)-maxLeft):]
	r.contact = contact
}

// maxLeft Contacts of before are remembered; older ones expire by themselves.
const maxLeft = 4

func (r *registration) build(expires time.Duration, contact sip.Uri, left []sip.Uri) *sip.Request {
	l := r.line
	r.seq++
	aor := l.aor()
	req := sip.NewRequest(sip.REGISTER, sip.Uri{Scheme: "sip", Host: l.cfg.Domain})
	from := sip.FromHeader{DisplayName: l.displayName(), Address: aor, Params: sip.NewParams()}
	from.Params.Add("tag", r.tag)
	callID, forwards, seconds := r.callID, sip.MaxForwardsHeader(70), sip.ExpiresHeader(expires/time.Second)
	l.preload(req, nil)
	req.AppendHeader(&from)
	req.AppendHeader(&sip.ToHeader{DisplayName: l.displayName(), Address: aor, Params: sip.NewParams()})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: r.seq, MethodName: sip.REGISTER})
	req.AppendHeader(&forwards)
	req.AppendHeader(&sip.ContactHeader{Address: contact})
	for _, old := range left {
		gone := &sip.ContactHeader{Address: old, Params: sip.NewParams()}
		gone.Params.Add("expires", "0")
		req.AppendHeader(gone)
	}
	req.AppendHeader(&seconds)
	l.stamp(req)
	r.flow.offer(l.cfg.Instance, req)
	return req
}

// via is how, and at which address, the registrar finds us.
func (r *registration) via() string {
	at := netip.AddrPortFrom(hostAddr(r.contact.Host), uint16(r.contact.Port))
	return sipnet.Hop{Transport: r.servers.hop.Transport, Addr: at}.String()
}

// unregisterLimit bounds how long the end of a line waits for the registrar; one
// that is silent already is only told.
const (
	unregisterLimit = 5 * time.Second
	unregisterDown  = time.Second
)

// stop ends run and takes back what the registrar has, or may have: a REGISTER
// whose answer never came may have been obeyed.
func (r *registration) stop(ctx context.Context) {
	r.quit()
	<-r.gone
	if !r.dirty || !r.servers.hop.IsValid() {
		return
	}
	r.dirty = false
	limit := unregisterLimit
	if r.agent.Down() {
		limit = unregisterDown
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var challenge *sip.Response
	for {
		req := r.build(0, r.contact, r.left)
		if !r.proof.add(r.line, r.line.credentials(), req, challenge) {
			return
		}
		res, err := r.line.ep.Do(ctx, req, r.servers.hop)
		if err != nil || !challenged(res) {
			return
		}
		challenge = res
	}
}

// servers is which of the registrar's servers is ours at the moment.
type servers struct {
	hop    sipnet.Hop
	misses int // in a row
}

// choose takes the best server, until every one has failed: then each in turn.
func (s *servers) choose(hops []sipnet.Hop) {
	if s.misses < len(hops) {
		s.hop = hops[0]
		return
	}
	ring := slices.SortedFunc(slices.Values(hops), func(a, b sipnet.Hop) int { return a.Addr.Compare(b.Addr) })
	s.hop = ring[(slices.Index(ring, s.hop)+1)%len(ring)]
}

func (s *servers) failed(at interface {
	Failed(sipnet.Hop, time.Duration)
}) {
	s.misses++
	at.Failed(s.hop, 0)
}

func (s *servers) answered(at interface{ Worked(sipnet.Hop) }) {
	s.misses = 0
	at.Worked(s.hop)
}
