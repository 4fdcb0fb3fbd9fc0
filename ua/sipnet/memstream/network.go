package memstream

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"sync"
	"syscall"
	"time"
)

// firstPort is the lower end of the dynamic range of RFC 6335 section 6.
const firstPort = 49152

// Network joins listeners and those who dial them.
type Network struct {
	mu        sync.Mutex
	listeners map[netip.AddrPort]*listener
	silent    map[netip.AddrPort]bool
	open      []*Conn
	dials     []netip.AddrPort
	port      uint16
}

// New returns a network where nobody listens.
func New() *Network {
	return &Network{listeners: map[netip.AddrPort]*listener{}, silent: map[netip.AddrPort]bool{}, port: firstPort}
}

// Listen takes connections to at.
func (n *Network) Listen(at netip.AddrPort) (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listeners[at] != nil {
		return nil, &net.OpError{Op: "listen", Net: "tcp", Addr: net.TCPAddrFromAddrPort(at), Err: syscall.EADDRINUSE}
	}
	l := &listener{net: n, at: at, conns: make(chan *Conn, 16), over: make(chan struct{})}
	n.listeners[at] = l
	return l, nil
}

// Dial connects from a free port of from. A SYN that vanishes is sent again after
// 1, 2, 4 s and so on (RFC 6298).
func (n *Network) Dial(ctx context.Context, from netip.Addr, to netip.AddrPort) (net.Conn, error) {
	n.note(to)
	fault := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Addr: net.TCPAddrFromAddrPort(to), Err: err}
	}
	near, far, l := n.pair(from, to)
	for again := time.Second; near == nil; again *= 2 {
		select {
		case <-ctx.Done():
			return nil, fault(ctx.Err())
		case <-time.After(again):
			near, far, l = n.pair(from, to)
		}
	}
	if l == nil {
		return nil, fault(syscall.ECONNREFUSED)
	}
	select {
	case l.conns <- far:
		return near, nil
	case <-l.over:
		return nil, fault(syscall.ECONNREFUSED)
	case <-ctx.Done():
		return nil, fault(ctx.Err())
	}
}

func (n *Network) note(to netip.AddrPort) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.dials = append(n.dials, to)
}

// pair makes both ends; none where the network is silent.
func (n *Network) pair(from netip.Addr, to netip.AddrPort) (near, far *Conn, l *listener) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.silent[to] {
		return nil, nil, nil
	}
	n.port++
	near, far = newPair(netip.AddrPortFrom(from, n.port), to)
	l = n.listeners[to]
	if l != nil {
		n.open = append(n.open, near)
	}
	return near, far, l
}

// Silence lets every later SYN to at vanish, or arrive again.
func (n *Network) Silence(at netip.AddrPort, on bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.silent[at] = on
}

// Freeze lets every open connection swallow what is written from now on, without
// a word to either end: a router has forgotten them.
func (n *Network) Freeze() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.open {
		c.frozen.Store(true)
		c.peer.frozen.Store(true)
	}
}

// Cut resets every open connection, or those that these addresses made.
func (n *Network) Cut(from ...netip.Addr) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.open = slices.DeleteFunc(n.open, func(c *Conn) bool {
		cut := len(from) == 0 || slices.Contains(from, c.local.Addr())
		if cut {
			c.reset()
		}
		return cut
	})
}

// Dials counts the attempts to connect to at.
func (n *Network) Dials(at netip.AddrPort) (count int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, to := range n.dials {
		if to == at {
			count++
		}
	}
	return count
}

type listener struct {
	net   *Network
	at    netip.AddrPort
	conns chan *Conn
	once  sync.Once
	over  chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.over:
		return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: l.Addr(), Err: net.ErrClosed}
	}
}

func (l *listener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.at) }

func (l *listener) Close() error {
	l.once.Do(func() {
		close(l.over)
		l.net.mu.Lock()
		delete(l.net.listeners, l.at)
		l.net.mu.Unlock()
	})
	return nil
}
