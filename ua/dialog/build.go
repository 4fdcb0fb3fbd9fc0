package dialog

import (
	"github.com/emiago/sipgo/sip"
)

// Request builds the next request of the dialog: a new CSeq, the route set, the
// latest remote target. The caller adds Contact, body and what else it wants.
func (d *Dialog) Request(method sip.RequestMethod) *sip.Request {
	d.localSeq++
	return d.build(method, d.localSeq)
}

// ACK builds the acknowledgement of a 2xx to the INVITE with this CSeq. It is a
// transaction of its own: a new branch, the INVITE's number (RFC 3261 13.2.2.4).
func (d *Dialog) ACK(inviteSeq uint32) *sip.Request { return d.build(sip.ACK, inviteSeq) }

func (d *Dialog) build(method sip.RequestMethod, seq uint32) *sip.Request {
	uri, routes := d.path()
	req := sip.NewRequest(method, uri)
	for i := range routes {
		req.AppendHeader(&sip.RouteHeader{Address: *routes[i].Clone()})
	}
	from, to := d.local, d.remote
	from.Params, to.Params = from.Params.Clone(), to.Params.Clone()
	callID := sip.CallIDHeader(d.callID)
	forwards := sip.MaxForwardsHeader(70)
	req.AppendHeader(&from)
	req.AppendHeader(&to)
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	req.AppendHeader(&forwards)
	return req
}

// path gives the Request-URI and the Route headers (RFC 3261 12.2.1.1). A first
// hop without ;lr is a strict router: it gets its own URI in the request line,
// and the target travels at the end of the route.
func (d *Dialog) path() (sip.Uri, []sip.Uri) {
	target := *d.target.Clone()
	// What a Contact may carry and a Request-URI must not (RFC 3261 19.1.1).
	target.Headers = nil
	if len(d.routes) == 0 || d.routes[0].UriParams.Has("lr") {
		return target, d.routes
	}
	routes := append([]sip.Uri{}, d.routes[1:]...)
	return *d.routes[0].Clone(), append(routes, target)
}

// NextHop is the URI whose host the dialog's requests are sent to.
func (d *Dialog) NextHop() sip.Uri {
	if len(d.routes) > 0 {
		return d.routes[0]
	}
	return d.target
}
