package sipnet

import (
	"net"
	"sync"
)

// gate is the socket as sipgo reads it. It tells of the first read: by then
// sipgo has the socket in its pool, and a request with this local address leaves
// through it; sent earlier, it would open a socket of its own. And it ends the
// reading only when everything read before has been dealt with.
type gate struct {
	net.PacketConn
	first   sync.Once
	ready   chan struct{}
	closing chan struct{} // closed when nothing more is to be read
	drained chan struct{} // closed when the reader may end
}

func (g *gate) ReadFrom(b []byte) (int, net.Addr, error) {
	g.first.Do(func() { close(g.ready) })
	n, from, err := g.PacketConn.ReadFrom(b)
	select {
	case <-g.closing:
		<-g.drained
		return 0, nil, net.ErrClosed
	default:
		return n, from, err
	}
}
