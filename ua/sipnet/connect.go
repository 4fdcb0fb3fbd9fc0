package sipnet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
)

// Connect opens the way to hop, if it needs one and there is none, and returns
// the address from which requests go there: where the far end can answer them,
// and call back over the same connection.
func (e *Endpoint) Connect(ctx context.Context, hop Hop) (netip.AddrPort, error) {
	if hop.Transport.Datagram() {
		return e.Addr(), nil
	}
	s, err := e.connect(ctx, hop)
	if err != nil {
		return netip.AddrPort{}, err
	}
	return s.local, nil
}

// connect finds or makes a connection. Several who want the same wait for one.
func (e *Endpoint) connect(ctx context.Context, hop Hop) (*stream, error) {
	if s := e.streams.find(hop); s != nil {
		return s, nil
	}
	if e.sockets.DialTCP == nil {
		return nil, fmt.Errorf("%w: %s: no streams on this network", ErrConnection, hop)
	}
	p := &e.streams
	p.mu.Lock()
	a := p.dialing[hop.key()]
	if a == nil || a.name != hop.Name {
		a = &attempt{name: hop.Name, done: make(chan struct{})}
		p.dialing[hop.key()] = a
		if !e.goes(func() { e.attempt(a, hop) }) {
			a.err = ErrClosed
			close(a.done)
		}
	}
	p.mu.Unlock()
	select {
	case <-a.done:
		return a.s, a.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %s: %w", ErrConnection, hop, ctx.Err())
	}
}

func (e *Endpoint) attempt(a *attempt, hop Hop) {
	a.s, a.err = e.dial(hop)
	e.streams.mu.Lock()
	if e.streams.dialing[hop.key()] == a {
		delete(e.streams.dialing, hop.key())
	}
	e.streams.mu.Unlock()
	close(a.done)
}

func (e *Endpoint) dial(hop Hop) (*stream, error) {
	ctx, cancel := context.WithTimeout(e.ctx, connectLimit)
	defer cancel()
	conn, err := e.sockets.DialTCP(ctx, e.Addr().Addr(), hop.Addr)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrConnection, hop, bare(err))
	}
	s := newStream(conn, hop, e.door, true)
	if err := e.shakeHands(s); err != nil {
		conn.Close()
		return nil, fmt.Errorf("%w: %s: %w", ErrConnection, hop, err)
	}
	return s, e.adopt(s)
}

// bare is why a connection failed, without the address that is said before it.
func bare(err error) error {
	var op *net.OpError
	if !errors.As(err, &op) {
		return err
	}
	var system *os.SyscallError
	if errors.As(op.Err, &system) {
		return system.Err
	}
	return op.Err
}

// shakeHands is what the transport wants to hear before the first message.
func (e *Endpoint) shakeHands(s *stream) error {
	ctx, cancel := context.WithTimeout(e.ctx, connectLimit)
	defer cancel()
	name := s.hop.Name
	if name == "" {
		name = s.hop.Addr.Addr().String()
	}
	if s.hop.Transport.Encrypted() {
		session, err := e.tls.secure(ctx, s.Conn, name)
		if err != nil {
			return err
		}
		s.tls, s.Conn = session, session
	}
	if !s.hop.Transport.Framed() {
		return nil
	}
	frames, err := upgrade(ctx, s, name, e.path)
	s.frames = frames
	return err
}

// adopt gives a connection to sipgo and waits until it is in its pool: only
// then do requests find it.
func (e *Endpoint) adopt(s *stream) error {
	if !e.streams.add(s) || !e.goes(func() { e.follow(s) }) {
		s.Conn.Close()
		return ErrClosed
	}
	select {
	case e.feeds[s.hop.Transport.carrier()].conns <- s:
	case <-e.ctx.Done():
		s.end(ErrClosed, true)
		return ErrClosed
	}
	select {
	case <-s.ready:
		return nil
	case <-e.ctx.Done():
		return ErrClosed
	}
}

// follow writes what is queued, and tells of the end.
func (e *Endpoint) follow(s *stream) {
	s.writeLoop()
	e.streams.remove(s)
	if s.own || e.ctx.Err() != nil {
		return
	}
	e.log.Info("connection lost", "peer", s.hop.String(), "error", s.cause)
	e.handler.OnConnLost(s.hop, s.fault())
}
