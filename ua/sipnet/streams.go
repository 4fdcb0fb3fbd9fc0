package sipnet

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"
)

const (
	// connectLimit survives two lost SYNs; the handshake of TLS has as long again.
	connectLimit = 4 * time.Second
	// maxStreams are kept of those that others opened, and of our own. Beyond
	// it the one that was silent longest goes.
	maxStreams = 64
)

// streams are the open connections by transport and far end, whoever opened
// them: one that a proxy opened carries our requests to it, and one that we
// registered over carries its calls to us (RFC 5923).
type streams struct {
	mu      sync.Mutex
	open    map[streamKey]*stream
	dialing map[streamKey]*attempt
	closed  bool
}

type streamKey struct {
	transport Transport
	addr      netip.AddrPort
}

func (h Hop) key() streamKey { return streamKey{h.Transport, h.Addr} }

// attempt is a connection being made, for all who want it.
type attempt struct {
	name string
	done chan struct{}
	s    *stream
	err  error
}

func newStreams() streams {
	return streams{open: map[streamKey]*stream{}, dialing: map[streamKey]*attempt{}}
}

// find is the open connection to hop, nil if there is none, or if it is one to
// somebody else.
func (p *streams) find(hop Hop) *stream {
	p.mu.Lock()
	s := p.open[hop.key()]
	p.mu.Unlock()
	if s == nil || s.over() || !s.serves(hop.Name) {
		return nil
	}
	return s
}

// serves: the far end is known by this name. A TLS server was verified for one
// name; another must be in its certificate too. An address by number is the one
// that we are connected to: record routes are often written so.
func (s *stream) serves(name string) bool {
	if s.tls == nil || name == "" || name == s.hop.Name {
		return true
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return s.tls.verifies(name)
}

// add takes a connection in; false if the endpoint is closing.
func (p *streams) add(s *stream) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	if idle := p.surplus(s.outgoing); idle != nil {
		idle.end(fmt.Errorf("more than %d connections", maxStreams), true)
		delete(p.open, idle.hop.key())
	}
	p.open[s.hop.key()] = s
	return true
}

// surplus is the connection that must go so that one more of its kind may come.
func (p *streams) surplus(outgoing bool) (idle *stream) {
	n := 0
	for _, s := range p.open {
		if s.outgoing != outgoing {
			continue
		}
		if n++; idle == nil || s.used.Load() < idle.used.Load() {
			idle = s
		}
	}
	if n < maxStreams {
		return nil
	}
	return idle
}

func (p *streams) remove(s *stream) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open[s.hop.key()] == s {
		delete(p.open, s.hop.key())
	}
}

// endAll ends the connections that pick chooses, as our own doing.
func (p *streams) endAll(cause error, pick func(*stream) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, s := range p.open {
		if pick(s) {
			s.end(cause, true)
			delete(p.open, key)
		}
	}
}

func (p *streams) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
}

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
		return nil, fmt.Errorf("%w: %s: %w", ErrConnection, hop, err)
	}
	s := newStream(conn, hop, e.screen, true)
	if hop.Transport == TLS {
		ctx, cancel := context.WithTimeout(e.ctx, connectLimit)
		defer cancel()
		name := hop.Name
		if name == "" {
			name = hop.Addr.Addr().String()
		}
		if s.tls, err = e.tls.secure(ctx, conn, name); err != nil {
			conn.Close()
			return nil, fmt.Errorf("%w: %s: %w", ErrConnection, hop, err)
		}
		s.Conn = s.tls
	}
	return s, e.adopt(s)
}

// adopt gives a connection to sipgo and waits until it is in its pool: only
// then do requests find it.
func (e *Endpoint) adopt(s *stream) error {
	if !e.streams.add(s) || !e.goes(func() { e.follow(s) }) {
		s.Conn.Close()
		return ErrClosed
	}
	select {
	case e.feeds[s.hop.Transport].conns <- s:
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

// Drop ends the connection to hop, if there is one: what was asked over it was
// not answered, and another one may get through. Nobody is told.
func (e *Endpoint) Drop(hop Hop) {
	if s := e.streams.find(hop); s != nil {
		s.end(errors.New("given up"), true)
		e.streams.remove(s)
	}
}

// Reached is where others reach the endpoint by t: our end of the latest
// connection that we made and that is still open, else the sockets.
func (e *Endpoint) Reached(t Transport) netip.AddrPort {
	if !t.Datagram() {
		if s := e.streams.latest(t); s != nil {
			return s.local
		}
	}
	return e.Addr()
}

func (p *streams) latest(t Transport) (last *stream) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.open {
		if s.outgoing && s.hop.Transport == t && !s.over() && (last == nil || s.since.After(last.since)) {
			last = s
		}
	}
	return last
}
