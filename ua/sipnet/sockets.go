package sipnet

import (
	"fmt"
	"net"
	"net/netip"
)

// sharedPort is how often another free port is tried until UDP and TCP have the
// same one.
const sharedPort = 10

// sockets are what an endpoint listens on: UDP, and TCP at the same address and
// port (RFC 3261 18.2.1), for a request too long for UDP arrives there.
type sockets struct {
	udp   net.PacketConn
	tcp   net.Listener // nil: there is none
	local netip.AddrPort
}

func (s Sockets) open(at netip.AddrPort) (sockets, error) {
	for try := 1; ; try++ {
		opened, err := s.openOnce(at)
		if err != nil || opened.tcp != nil || s.ListenTCP == nil || at.Port() != 0 || try == sharedPort {
			return opened, err
		}
		opened.udp.Close()
	}
}

func (s Sockets) openOnce(at netip.AddrPort) (sockets, error) {
	conn, err := s.ListenUDP(at)
	if err != nil {
		return sockets{}, err
	}
	udp, ok := conn.LocalAddr().(*net.UDPAddr)
	if !ok {
		conn.Close()
		return sockets{}, fmt.Errorf("sip socket: not UDP: %T", conn.LocalAddr())
	}
	opened := sockets{udp: conn, local: unmap(udp.AddrPort())}
	if s.ListenTCP == nil {
		return opened, nil
	}
	if opened.tcp, err = s.ListenTCP(opened.local); err != nil {
		opened.tcp = nil // somebody else has the port: streams are only made, not taken
	}
	return opened, nil
}

// Rebind moves the endpoint to another local address: new sockets, and no
// connection that was made from the old one. Transactions that go by UDP go on
// through the new socket; the others end with ErrConnection. Nobody is told of
// the connections that end by this. Port 0 keeps the port if it is free there.
func (e *Endpoint) Rebind(local netip.AddrPort) error {
	e.rebinding.Lock()
	defer e.rebinding.Unlock()
	e.mu.Lock()
	old, closed := e.local, e.closed
	e.mu.Unlock()
	if closed {
		return ErrClosed
	}
	wish := local
	if local.Port() == 0 {
		wish = netip.AddrPortFrom(local.Addr(), old.Port())
	}
	if wish == old {
		return nil
	}
	opened, err := e.sockets.open(wish)
	if err != nil && wish != local {
		opened, err = e.sockets.open(local)
	}
	if err != nil {
		return fmt.Errorf("sip socket at %s: %w", local, err)
	}
	e.settle(opened)
	return nil
}

// settle makes new sockets the endpoint's.
func (e *Endpoint) settle(opened sockets) {
	e.mu.Lock()
	before := e.listener
	e.local, e.listener = opened.local, opened.tcp
	e.mu.Unlock()
	_ = e.gate.swap(opened.udp) // an old socket has nothing more to say
	if before != nil {
		before.Close()
	}
	if opened.tcp != nil && !e.goes(func() { e.accept(opened.tcp) }) {
		opened.tcp.Close()
	}
	e.streams.endAll(fmt.Errorf("the local address is %s now", opened.local.Addr()), func(s *stream) bool {
		return s.local.Addr() != opened.local.Addr()
	})
}

// accept takes the connections that others open, until the listener is closed.
func (e *Endpoint) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			if !e.listensOn(l) {
				return
			}
			e.gate.pause() // too many open files, perhaps: they close again
			continue
		}
		hop := Hop{Transport: TCP, Addr: addrOf(conn.RemoteAddr())}
		_ = e.adopt(newStream(conn, hop, e.door, false)) // fails when the endpoint closes
	}
}

func (e *Endpoint) listensOn(l net.Listener) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.listener == l && !e.closed
}
