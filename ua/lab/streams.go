package lab

import (
	"bytes"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
)

// streams join TCP and TLS connections to the lab's one socket: a message of a
// connection is read as a datagram from its far end, and what is sent to that
// address goes over the connection. Inside, the lab knows nothing of them but
// what it writes into Via and Record-Route.
//
//	UDP socket ────────┐
//	TCP ──▶ messages ──┼──▶ ReadFrom ──▶ gate
//	TLS ──▶ messages ──┘
type streams struct {
	net.PacketConn
	listeners map[string]net.Listener // by the word of a transport parameter
	parcels   chan parcel
	over      chan struct{}
	once      sync.Once
	readers   sync.WaitGroup

	mu    sync.Mutex
	conns map[netip.AddrPort]*connection
}

type parcel struct {
	data []byte
	from net.Addr
	err  error
}

type connection struct {
	net.Conn
	transport string
	mu        sync.Mutex // one message at a time
}

// maxMessage ends a connection whose peer does not come to an end.
const maxMessage = 1 << 16

func newStreams(udp net.PacketConn, tcp, tls net.Listener) *streams {
	s := &streams{
		PacketConn: udp, listeners: map[string]net.Listener{}, conns: map[netip.AddrPort]*connection{},
		parcels: make(chan parcel), over: make(chan struct{}),
	}
	for word, l := range map[string]net.Listener{"tcp": tcp, "tls": tls} {
		if l != nil {
			s.listeners[word] = l
			s.readers.Go(func() { s.accept(l, word) })
		}
	}
	s.readers.Go(s.datagrams)
	return s
}

func (s *streams) datagrams() {
	buf := make([]byte, maxMessage)
	for {
		n, from, err := s.PacketConn.ReadFrom(buf)
		if !s.put(parcel{bytes.Clone(buf[:n]), from, err}) {
			return
		}
	}
}

func (s *streams) put(p parcel) bool {
	select {
	case s.parcels <- p:
		return true
	case <-s.over:
		return false
	}
}

func (s *streams) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case p := <-s.parcels:
		return copy(b, p.data), p.from, p.err
	case <-s.over:
		return 0, nil, net.ErrClosed
	}
}

func (s *streams) accept(l net.Listener, transport string) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		c := &connection{Conn: conn, transport: transport}
		if at, ok := s.keep(c); ok {
			s.readers.Go(func() { s.read(c, at) })
		}
	}
}

// keep takes a connection in, unless the lab is closing.
func (s *streams) keep(c *connection) (netip.AddrPort, bool) {
	at, err := netip.ParseAddrPort(c.RemoteAddr().String())
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.over:
		err = net.ErrClosed
	default:
	}
	if err != nil {
		c.Close()
		return at, false
	}
	s.conns[plain(at)] = c
	return plain(at), true
}

func (s *streams) read(c *connection, at netip.AddrPort) {
	defer func() {
		s.mu.Lock()
		delete(s.conns, at)
		s.mu.Unlock()
		c.Close()
	}()
	var held []byte
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		if err != nil || len(held) > maxMessage {
			return
		}
		held = append(held, buf[:n]...)
		for {
			if bytes.HasPrefix(held, []byte("\r\n\r\n")) { // RFC 5626 3.5.1
				held = held[4:]
				c.send([]byte("\r\n"))
				continue
			}
			length, ok := messageLength(held)
			if !ok {
				break
			}
			if !s.put(parcel{data: bytes.Clone(held[:length]), from: net.UDPAddrFromAddrPort(at)}) {
				return
			}
			held = held[length:]
		}
	}
}

// messageLength is that of the first message, if it is whole (RFC 3261 18.3).
func messageLength(held []byte) (int, bool) {
	head, _, ok := strings.Cut(string(held), "\r\n\r\n")
	if !ok {
		return 0, false
	}
	body := 0
	for _, line := range strings.Split(head, "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		if strings.EqualFold(strings.TrimSpace(name), "Content-Length") {
			body, _ = strconv.Atoi(strings.TrimSpace(value))
		}
	}
	length := len(head) + len("\r\n\r\n") + max(body, 0)
	return length, length <= len(held)
}

func (c *connection) send(b []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.Conn.Write(b)
	return err
}

func (s *streams) WriteTo(b []byte, to net.Addr) (int, error) {
	at, ok := addrPort(to)
	if !ok {
		return 0, net.InvalidAddrError("not a UDP address")
	}
	c := s.find(at)
	if c == nil {
		return s.PacketConn.WriteTo(b, to)
	}
	if !bytes.HasPrefix(b, []byte("SIP/2.0 ")) { // a request: its top Via is the lab's
		b = bytes.Replace(b, []byte("SIP/2.0/UDP "), []byte("SIP/2.0/"+strings.ToUpper(c.transport)+" "), 1)
	}
	return len(b), c.send(b)
}

func (s *streams) find(at netip.AddrPort) *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns[at]
}

// transport is how at is reached: "", or the word of a URI's parameter.
func (s *streams) transport(at netip.AddrPort) string {
	if c := s.find(at); c != nil {
		return c.transport
	}
	return ""
}

// port is where a transport's requests come in; 0 for the socket's own.
func (s *streams) port(transport string) uint16 {
	if l := s.listeners[transport]; l != nil {
		if at, err := netip.ParseAddrPort(l.Addr().String()); err == nil {
			return at.Port()
		}
	}
	return 0
}

// has: a stream of the lab's comes in at this port.
func (s *streams) has(port uint16) bool {
	for word := range s.listeners {
		if s.port(word) == port {
			return true
		}
	}
	return false
}

// Close ends everything and waits for it.
func (s *streams) Close() error {
	err := net.ErrClosed
	s.once.Do(func() {
		s.mu.Lock()
		close(s.over)
		for _, c := range s.conns {
			c.Close()
		}
		s.mu.Unlock()
		for _, l := range s.listeners {
			l.Close()
		}
		err = s.PacketConn.Close()
	})
	s.readers.Wait()
	return err
}
