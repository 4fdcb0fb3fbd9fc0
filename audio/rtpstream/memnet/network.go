package memnet

import (
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

// firstFreePort is where the search for a free port starts: the lower end of
// the dynamic range of RFC 6335 section 6.
const firstFreePort = 49152

// Packet is a datagram as a tap sees it. Data is the tap's own copy.
type Packet struct {
	From, To netip.AddrPort
	Data     []byte
}

// Network joins the sockets that were opened on it.
type Network struct {
	mu     sync.Mutex
	conns  map[netip.AddrPort]*Conn
	filter Filter
	taps   []func(Packet)
	free   uint16
}

// New returns a network without sockets and without faults.
func New() *Network {
	return &Network{conns: make(map[netip.AddrPort]*Conn), free: firstFreePort}
}

// Listen opens a socket. Port 0 takes a free port; the unspecified address
// takes what is sent to that port of any address.
func (n *Network) Listen(addr netip.AddrPort) (*Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	addr, err := n.bind(unmap(addr))
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: "udp", Addr: net.UDPAddrFromAddrPort(addr), Err: err}
	}
	c := newConn(n, addr)
	n.conns[addr] = c
	return c, nil
}

// bind chooses the address of a new socket. The caller holds the lock.
func (n *Network) bind(addr netip.AddrPort) (netip.AddrPort, error) {
	if addr.Port() != 0 {
		if n.conns[addr] != nil {
			return addr, syscall.EADDRINUSE
		}
		return addr, nil
	}
	for n.free != 0 {
		next := netip.AddrPortFrom(addr.Addr(), n.free)
		n.free++ // ends at 0 after 65535: a test that needs more is wrong
		if n.conns[next] == nil {
			return next, nil
		}
	}
	return addr, syscall.EADDRNOTAVAIL
}

// SetFilter puts every later packet through f; nil lets all of them pass.
func (n *Network) SetFilter(f Filter) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.filter = f
}

// Tap shows every packet that a socket sends to f, also those that the filter
// then drops. f runs on the sender's goroutine and may use the network.
func (n *Network) Tap(f func(Packet)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.taps = append(n.taps[:len(n.taps):len(n.taps)], f)
}

// Inject delivers a packet under a source address of the caller's choice, past
// taps and filter: the forger's way in.
func (n *Network) Inject(from, to netip.AddrPort, data []byte) {
	n.deliver(unmap(from), unmap(to), data)
}

// send carries one packet of a socket.
func (n *Network) send(from, to netip.AddrPort, data []byte) {
	n.mu.Lock()
	filter, taps := n.filter, n.taps
	n.mu.Unlock()
	for _, tap := range taps {
		tap(Packet{From: from, To: to, Data: append([]byte(nil), data...)})
	}
	var v Verdict
	if filter != nil {
		v = filter(from, to, data)
	}
	if v.Drop {
		return
	}
	for range 1 + v.Copies {
		n.deliverAfter(v.Delay, from, to, data)
	}
}

// deliverAfter keeps a copy of a delayed packet: the sender reuses its buffer.
func (n *Network) deliverAfter(d time.Duration, from, to netip.AddrPort, data []byte) {
	if d <= 0 {
		n.deliver(from, to, data)
		return
	}
	kept := append([]byte(nil), data...)
	time.AfterFunc(d, func() { n.deliver(from, to, kept) })
}

// deliver puts a packet into the queue of whoever listens, if anybody does.
func (n *Network) deliver(from, to netip.AddrPort, data []byte) {
	n.mu.Lock()
	c := n.conns[to]
	if c == nil {
		c = n.conns[netip.AddrPortFrom(anyAddr(to.Addr()), to.Port())]
	}
	n.mu.Unlock()
	if c != nil {
		c.enqueue(from, data)
	}
}

// remove forgets a closed socket.
func (n *Network) remove(c *Conn) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.conns[c.addr] == c {
		delete(n.conns, c.addr)
	}
}

// anyAddr is the unspecified address of a's family.
func anyAddr(a netip.Addr) netip.Addr {
	if a.Is4() {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}

// unmap makes ::ffff:192.0.2.1 and 192.0.2.1 the same address.
func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
