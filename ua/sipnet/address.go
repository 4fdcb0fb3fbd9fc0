package sipnet

import (
	"net"
	"net/netip"

	"github.com/emiago/sipgo/sip"
)

// address binds req to its destination and to the UDP socket: without Laddr
// sipgo opens another one for a peer that it has not heard from, whose Via says
// 0.0.0.0. A stream is found by its far end.
func (e *Endpoint) address(req *sip.Request, dst Hop) {
	req.SetTransport(dst.Transport.carrier().inVia())
	req.SetDestination(dst.Addr.String())
	req.Laddr = sip.Addr{}
	if dst.Transport.Datagram() {
		at := e.gate.LocalAddr().(*net.UDPAddr)
		req.Laddr = sip.Addr{IP: net.IP(unmap(at.AddrPort()).Addr().AsSlice()), Port: at.Port}
	}
	if req.Via() == nil {
		req.PrependHeader(e.via(dst))
	}
	if req.ContentLength() == nil {
		req.SetBody(req.Body())
	}
}

// via says where answers go: to the socket, or back over the connection. Its
// sent-by is then the connection's own end, which is where an element without
// another idea finds it.
func (e *Endpoint) via(dst Hop) *sip.ViaHeader {
	at := e.Addr()
	if s := e.streams.find(dst); s != nil && !dst.Transport.Datagram() {
		at = s.local
	}
	via := &sip.ViaHeader{
		ProtocolName:    "SIP",
		ProtocolVersion: "2.0",
		Transport:       dst.Transport.inVia(),
		Host:            HostText(at.Addr()),
		Port:            int(at.Port()),
		Params:          sip.NewParams(),
	}
	via.Params.Add("branch", sip.GenerateBranch())
	via.Params.Add("rport", "") // RFC 3581: answer to where this came from
	return via
}

// HostText writes an address as a SIP host: IPv6 in brackets.
func HostText(a netip.Addr) string {
	if a.Is6() {
		return "[" + a.String() + "]"
	}
	return a.String()
}
