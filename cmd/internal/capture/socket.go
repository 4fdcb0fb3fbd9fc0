package capture

import (
	"net"
	"net/netip"

	"star18/ua"
)

// socket is a ua.Socket that shows its datagrams to a tap.
type socket struct {
	ua.Socket
	tap   *Tap
	local netip.AddrPort
}

func (s *socket) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := s.Socket.ReadFrom(b)
	if err == nil {
		s.tap.put(addrPort(from), s.local, b[:n], true)
	}
	return n, from, err
}

func (s *socket) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	n, from, err := s.Socket.ReadFromUDPAddrPort(b)
	if err == nil {
		s.tap.put(from, s.local, b[:n], true)
	}
	return n, from, err
}

func (s *socket) WriteTo(b []byte, to net.Addr) (int, error) {
	s.tap.put(s.local, addrPort(to), b, false)
	return s.Socket.WriteTo(b, to)
}

func (s *socket) WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error) {
	s.tap.put(s.local, to, b, false)
	return s.Socket.WriteToUDPAddrPort(b, to)
}

func addrPort(a net.Addr) netip.AddrPort {
	if u, ok := a.(*net.UDPAddr); ok {
		return unmap(u.AddrPort())
	}
	p, _ := netip.ParseAddrPort(a.String())
	return unmap(p)
}

func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
