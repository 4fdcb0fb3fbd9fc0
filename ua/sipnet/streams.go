package sipnet

import (
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
