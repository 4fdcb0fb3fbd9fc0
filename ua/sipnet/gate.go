package sipnet

import (
	"errors"
	"net"
	"sync"
	"time"
)

// gate is the UDP socket as sipgo reads it: one for the life of the endpoint,
// whatever socket is behind it. It tells of the first read: by then sipgo has it
// in its pool, and a request with this local address leaves through it; sent
// earlier, it would open a socket of its own. And it ends the reading only when
// everything read before has been dealt with.
type gate struct {
	local   net.Addr // under which sipgo knows it; Rebind does not change it
	door    door
	first   sync.Once
	ready   chan struct{}
	closing chan struct{} // closed when nothing more is to be read
	drained chan struct{} // closed when the reader may end

	mu   sync.Mutex
	conn net.PacketConn
}

// readPause follows an error of the socket: a network that is down must not end
// the reading, nor be asked in an endless hurry.
const readPause = 100 * time.Millisecond

func newGate(conn net.PacketConn, door door) *gate {
	return &gate{
		conn: conn, local: conn.LocalAddr(), door: door,
		ready: make(chan struct{}), closing: make(chan struct{}), drained: make(chan struct{}),
	}
}

func (g *gate) socket() net.PacketConn {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.conn
}

// swap puts another socket behind the gate and closes the old one: what is under
// way goes on through the new one.
func (g *gate) swap(conn net.PacketConn) error {
	g.mu.Lock()
	old := g.conn
	g.conn = conn
	g.mu.Unlock()
	return old.Close()
}

func (g *gate) ReadFrom(b []byte) (int, net.Addr, error) {
	g.first.Do(func() { close(g.ready) })
	for {
		conn := g.socket()
		n, from, err := conn.ReadFrom(b)
		select {
		case <-g.closing:
			<-g.drained
			return 0, nil, net.ErrClosed
		default:
		}
		switch {
		case err == nil:
			if n = g.judge(b, n, from); n > 0 {
				return n, from, nil
			}
		case g.socket() != conn: // swapped
		case errors.Is(err, net.ErrClosed):
			return 0, nil, err
		default:
			g.pause()
		}
	}
}

func (g *gate) pause() {
	wait := time.NewTimer(readPause)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-g.closing:
	}
}

// judge lets the screen look at the n bytes of b and leaves there what passes.
func (g *gate) judge(b []byte, n int, from net.Addr) int {
	udp, ok := from.(*net.UDPAddr)
	if !ok {
		return n
	}
	pass, reply := g.door.in(Hop{Transport: UDP, Addr: unmap(udp.AddrPort())}, b[:n])
	if reply != nil {
		_, _ = g.WriteTo(reply, from) // who does not get it asks again
	}
	return copy(b, pass)
}

func (g *gate) WriteTo(b []byte, to net.Addr) (int, error) {
	if udp, ok := to.(*net.UDPAddr); ok {
		g.door.out(Hop{Transport: UDP, Addr: unmap(udp.AddrPort())}, b)
	}
	return g.socket().WriteTo(b, to)
}

func (g *gate) LocalAddr() net.Addr                { return g.local }
func (g *gate) Close() error                       { return g.socket().Close() }
func (g *gate) SetDeadline(t time.Time) error      { return g.socket().SetDeadline(t) }
func (g *gate) SetReadDeadline(t time.Time) error  { return g.socket().SetReadDeadline(t) }
func (g *gate) SetWriteDeadline(t time.Time) error { return g.socket().SetWriteDeadline(t) }
