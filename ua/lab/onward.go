package lab

import (
	"net/netip"
	"strconv"

	"github.com/emiago/sipgo/sip"
)

// defaultHops is Max-Forwards where a device sent none (RFC 3261 16.6 step 3).
const defaultHops = 70

var reasons = map[int]string{
	sip.StatusNotFound:               "Not Found",
	sip.StatusTemporarilyUnavailable: "Temporarily Unavailable",
	sip.StatusLoopDetected:           "Loop Detected",
}

// onward makes the copy of a request that is sent on, without our Via, and says
// where to; or the status that refuses it. The body is not touched.
func (l *Lab) onward(req *sip.Request) (fwd *sip.Request, to netip.AddrPort, status int) {
	fwd = req.Clone()
	source, _ := netip.ParseAddrPort(req.Source())
	received(fwd.Via(), source)
	l.dropOurs(fwd)
	keepSecret(fwd)
	l.hop(fwd)
	to, status = l.target(fwd)
	if to == l.self {
		status = sip.StatusLoopDetected
	}
	return fwd, to, status
}

// received notes in the sender's Via where the request really came from, which
// responses will need (RFC 3261 18.2.1, RFC 3581 4).
func received(via *sip.ViaHeader, source netip.AddrPort) {
	host := source.Addr().String()
	if value, has := via.Params.Get("rport"); has && value == "" {
		via.Params.Add("rport", strconv.Itoa(int(source.Port())))
		via.Params.Add("received", host)
	} else if via.Host != host {
		via.Params.Add("received", host)
	}
}

// dropOurs removes what was for this proxy: its place in the route (RFC 3261
// 16.4) and the credentials for its realm.
func (l *Lab) dropOurs(fwd *sip.Request) {
	for r := fwd.Route(); r != nil && l.ours(&r.Address); r = fwd.Route() {
		fwd.RemoveHeader("Route")
	}
	for _, h := range fwd.GetHeaders("Proxy-Authorization") {
		fwd.RemoveHeader(h.Name())
	}
}

// hop counts Max-Forwards down. A new header, because sipgo's clone shares the
// old one.
func (l *Lab) hop(fwd *sip.Request) {
	hops := sip.MaxForwardsHeader(defaultHops)
	if h := fwd.MaxForwards(); h != nil {
		hops = sip.MaxForwardsHeader(h.Val() - 1)
		fwd.ReplaceHeader(&hops)
		return
	}
	fwd.AppendHeader(&hops)
}

// target is RFC 3261 16.5 and 16.6 step 7: the next route, else the Request-URI,
// which for a user of ours is first replaced by the latest contact.
func (l *Lab) target(fwd *sip.Request) (netip.AddrPort, int) {
	var fallback netip.AddrPort
	if l.ours(&fwd.Recipient) {
		b, ok := l.where.latest(fwd.Recipient.User)
		if _, known := l.cfg.Users[fwd.Recipient.User]; !known {
			return netip.AddrPort{}, sip.StatusNotFound
		}
		if !ok {
			return netip.AddrPort{}, sip.StatusTemporarilyUnavailable
		}
		fwd.Recipient = *b.contact.Clone()
		fallback = b.source // for a contact that is a name
	}
	next := &fwd.Recipient
	if r := fwd.Route(); r != nil {
		next, fallback = &r.Address, netip.AddrPort{}
	}
	if to, ok := literal(next); ok {
		return to, 0
	}
	if fallback.IsValid() {
		return fallback, 0
	}
	return netip.AddrPort{}, sip.StatusNotFound
}

// stamp puts our Via on top and binds the request to our socket and its
// destination. Without Laddr sipgo would open another socket for it.
func (l *Lab) stamp(fwd *sip.Request, to netip.AddrPort) (branch string) {
	branch = sip.GenerateBranch()
	via := &sip.ViaHeader{
		ProtocolName:    "SIP",
		ProtocolVersion: "2.0",
		Transport:       "UDP",
		Host:            l.self.Addr().String(),
		Port:            int(l.self.Port()),
		Params:          sip.NewParams(),
	}
	via.Params.Add("branch", branch)
	fwd.PrependHeader(via)
	fwd.SetTransport("UDP")
	fwd.SetDestination(to.String())
	fwd.Laddr = addrOf(l.self)
	return branch
}

func makesDialog(m sip.RequestMethod) bool {
	return m == sip.INVITE || m == sip.SUBSCRIBE || m == sip.REFER
}

// recordRoute keeps the lab in the path of the dialog, as a loose router (RFC
// 3261 16.6 step 4): once, or once for each side where one comes by another
// transport than the other (RFC 5658).
func (l *Lab) recordRoute(req, fwd *sip.Request, to netip.AddrPort) {
	source, _ := netip.ParseAddrPort(req.Source())
	up, down := l.wires.transport(plain(source)), l.wires.transport(to)
	fwd.PrependHeader(l.place(up))
	if up != down {
		fwd.PrependHeader(l.place(down))
	}
}

// place is the lab's own address for one transport.
func (l *Lab) place(transport string) *sip.RecordRouteHeader {
	uri := sip.Uri{Scheme: "sip", Host: l.self.Addr().String(), Port: int(l.self.Port()), UriParams: sip.NewParams()}
	if transport != "" {
		uri.Port = int(l.wires.port(transport))
		uri.UriParams.Add("transport", transport)
	}
	uri.UriParams.Add("lr", "")
	return &sip.RecordRouteHeader{Address: uri}
}
