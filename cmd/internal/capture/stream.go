package capture

import (
	"net"
	"net/netip"
	"sync"
)

// stream is a connection that shows its bytes to a tap, as they are on the wire:
// what TLS carries stays encrypted.
type stream struct {
	net.Conn
	tap           *Tap
	local, remote netip.AddrPort

	mu        sync.Mutex
	sent, got uint32
}

// WrapConn returns c with every piece copied.
func (t *Tap) WrapConn(c net.Conn) net.Conn {
	return &stream{Conn: c, tap: t, local: addrPort(c.LocalAddr()), remote: addrPort(c.RemoteAddr())}
}

func (s *stream) Read(b []byte) (int, error) {
	n, err := s.Conn.Read(b)
	if n > 0 {
		s.mu.Lock()
		s.tap.queueUp(Datagram{From: s.remote, To: s.local, Data: b[:n], Stream: true, Seq: s.got, Ack: s.sent}, true)
		s.got += uint32(n)
		s.mu.Unlock()
	}
	return n, err
}

func (s *stream) Write(b []byte) (int, error) {
	s.mu.Lock()
	s.tap.queueUp(Datagram{From: s.local, To: s.remote, Data: b, Stream: true, Seq: s.sent, Ack: s.got}, false)
	s.sent += uint32(len(b))
	s.mu.Unlock()
	return s.Conn.Write(b)
}

// WrapListener returns l with every connection wrapped.
func (t *Tap) WrapListener(l net.Listener) net.Listener { return &listener{l, t} }

type listener struct {
	net.Listener
	tap *Tap
}

func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.tap.WrapConn(c), nil
}
