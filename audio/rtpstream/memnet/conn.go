package memnet

import (
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// queueLen packets wait for a reader; what comes then is lost. It is about
// what a default socket buffer holds of 20 ms speech.
const queueLen = 256

// datagram is one packet in a socket's queue.
type datagram struct {
	from netip.AddrPort
	data []byte
}

// Conn is a socket: a net.PacketConn that also has the address-by-value
// methods of *net.UDPConn. All methods may be called by several goroutines.
type Conn struct {
	net    *Network
	addr   netip.AddrPort
	queue  chan datagram
	read   *deadline
	once   sync.Once
	closed chan struct{}
}

var _ net.PacketConn = (*Conn)(nil)

func newConn(n *Network, addr netip.AddrPort) *Conn {
	return &Conn{
		net:    n,
		addr:   addr,
		queue:  make(chan datagram, queueLen),
		read:   newDeadline(),
		closed: make(chan struct{}),
	}
}

// enqueue drops the packet if the reader is too slow, as a kernel does.
func (c *Conn) enqueue(from netip.AddrPort, data []byte) {
	select {
	case c.queue <- datagram{from: from, data: append([]byte(nil), data...)}:
	default:
	}
}

// ReadFromUDPAddrPort waits for a packet. What b has no room for is cut off.
func (c *Conn) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	if err := c.mayRead(); err != nil {
		return 0, netip.AddrPort{}, c.fault("read", err)
	}
	select {
	case d := <-c.queue:
		return copy(b, d.data), d.from, nil
	case <-c.closed:
		return 0, netip.AddrPort{}, c.fault("read", net.ErrClosed)
	case <-c.read.wait():
		return 0, netip.AddrPort{}, c.fault("read", os.ErrDeadlineExceeded)
	}
}

// mayRead makes a closed or overdue socket refuse even if packets wait: a
// select alone would choose among the ready cases by chance.
func (c *Conn) mayRead() error {
	select {
	case <-c.closed:
		return net.ErrClosed
	default:
	}
	select {
	case <-c.read.wait():
		return os.ErrDeadlineExceeded
	default:
		return nil
	}
}

// WriteToUDPAddrPort sends a packet. It never blocks.
func (c *Conn) WriteToUDPAddrPort(b []byte, addr netip.AddrPort) (int, error) {
	select {
	case <-c.closed:
		return 0, c.fault("write", net.ErrClosed)
	default:
	}
	c.net.send(c.source(), unmap(addr), b)
	return len(b), nil
}

// source is the address that receivers see: a socket bound to every address
// answers from the loopback one.
func (c *Conn) source() netip.AddrPort {
	if !c.addr.Addr().IsUnspecified() {
		return c.addr
	}
	if c.addr.Addr().Is4() {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), c.addr.Port())
	}
	return netip.AddrPortFrom(netip.IPv6Loopback(), c.addr.Port())
}

// ReadFrom is ReadFromUDPAddrPort for net.PacketConn.
func (c *Conn) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := c.ReadFromUDPAddrPort(b)
	if err != nil {
		return 0, nil, err
	}
	return n, net.UDPAddrFromAddrPort(from), nil
}

// WriteTo is WriteToUDPAddrPort for net.PacketConn; it knows only UDP addresses.
func (c *Conn) WriteTo(b []byte, addr net.Addr) (int, error) {
	to, ok := addr.(*net.UDPAddr)
	if !ok {
		return 0, c.fault("write", net.InvalidAddrError("not a UDP address"))
	}
	return c.WriteToUDPAddrPort(b, to.AddrPort())
}

// LocalAddr is the *net.UDPAddr that the socket was bound to.
func (c *Conn) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(c.addr) }

// SetReadDeadline ends reads, also the waiting one, at t; zero never does.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.read.set(t)
	return nil
}

// SetWriteDeadline does nothing: writes never wait.
func (c *Conn) SetWriteDeadline(time.Time) error { return nil }

// SetDeadline is SetReadDeadline.
func (c *Conn) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

// Close frees the address and ends waiting reads. Only the first call succeeds,
// as with a *net.UDPConn.
func (c *Conn) Close() error {
	err := c.fault("close", net.ErrClosed)
	c.once.Do(func() {
		close(c.closed)
		c.net.remove(c)
		c.read.set(time.Time{})
		err = nil
	})
	return err
}

// fault words an error as the net package does, so that errors.Is finds the
// same causes.
func (c *Conn) fault(op string, err error) error {
	return &net.OpError{Op: op, Net: "udp", Source: c.LocalAddr(), Err: err}
}
