package memstream

import (
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// window is how many writes wait for a reader; then the writer waits.
const window = 64

// Conn is one end of a connection. Reads are one goroutine's.
type Conn struct {
	local, remote netip.AddrPort
	in            chan []byte
	rest          []byte
	peer          *Conn
	read, write   deadline
	once          sync.Once
	over          chan struct{}
	frozen        atomic.Bool
	cut           bool // valid after over: reset, not closed
}

func newPair(a, b netip.AddrPort) (near, far *Conn) {
	near, far = newEnd(a, b), newEnd(b, a)
	near.peer, far.peer = far, near
	return near, far
}

func newEnd(local, remote netip.AddrPort) *Conn {
	return &Conn{local: local, remote: remote, in: make(chan []byte, window), over: make(chan struct{})}
}

// Read gives what the other end wrote, up to its end.
func (c *Conn) Read(b []byte) (int, error) {
	if len(c.rest) == 0 {
		if err := c.wait(); err != nil {
			return 0, err
		}
	}
	n := copy(b, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func (c *Conn) wait() error {
	select {
	case <-c.over:
		return c.fault("read", c.cause())
	case c.rest = <-c.in:
		return nil
	default:
	}
	late, stop := c.read.wait()
	defer stop()
	select {
	case c.rest = <-c.in:
		return nil
	case <-c.over:
		return c.fault("read", c.cause())
	case <-c.peer.over:
		select {
		case c.rest = <-c.in: // written before the end
			return nil
		default:
			return io.EOF
		}
	case <-late:
		return c.fault("read", os.ErrDeadlineExceeded)
	}
}

func (c *Conn) cause() error {
	if c.cut {
		return syscall.ECONNRESET
	}
	return net.ErrClosed
}

// Write waits while the other end has not read what went before.
func (c *Conn) Write(b []byte) (int, error) {
	late, stop := c.write.wait()
	defer stop()
	select {
	case <-c.over:
		return 0, c.fault("write", c.cause())
	case <-c.peer.over:
		return 0, c.fault("write", syscall.EPIPE)
	default:
	}
	if c.frozen.Load() {
		return len(b), nil
	}
	select {
	case c.peer.in <- slices.Clone(b):
		return len(b), nil
	case <-c.over:
		return 0, c.fault("write", c.cause())
	case <-c.peer.over:
		return 0, c.fault("write", syscall.EPIPE)
	case <-late:
		return 0, c.fault("write", os.ErrDeadlineExceeded)
	}
}

// Close ends both directions; what was written can still be read.
func (c *Conn) Close() error {
	c.once.Do(func() { close(c.over) })
	return nil
}

// reset breaks both ends.
func (c *Conn) reset() {
	for _, end := range []*Conn{c, c.peer} {
		end.once.Do(func() {
			end.cut = true
			close(end.over)
		})
	}
}

// LocalAddr is a *net.TCPAddr.
func (c *Conn) LocalAddr() net.Addr { return net.TCPAddrFromAddrPort(c.local) }

// RemoteAddr is a *net.TCPAddr.
func (c *Conn) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.remote) }

// SetDeadline holds for later reads and writes.
func (c *Conn) SetDeadline(t time.Time) error {
	c.read.set(t)
	c.write.set(t)
	return nil
}

// SetReadDeadline holds for later reads; one that waits is not woken.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.read.set(t)
	return nil
}

// SetWriteDeadline holds for later writes.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.write.set(t)
	return nil
}

func (c *Conn) fault(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
}

// deadline is a moment after which nothing waits.
type deadline struct {
	mu sync.Mutex
	at time.Time
}

func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = t
}

func (d *deadline) wait() (<-chan time.Time, func() bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.at.IsZero() {
		return nil, func() bool { return true }
	}
	t := time.NewTimer(max(time.Until(d.at), 0))
	return t.C, t.Stop
}
