package sipnet

import (
	"context"
	"fmt"
	"net"
	"time"
)

// pongLimit is how long the answer to a keepalive may take (RFC 5626 4.4.1).
const pongLimit = 10 * time.Second

// Ping keeps the way to hop open: a CRLF pair in a datagram, which nobody
// answers, or over the open connection, which is not made anew for it
// (RFC 5626 3.5.1). The connection ends if a peer that has answered before does
// not answer within 10 s; one that never has need not, and proves nothing.
func (e *Endpoint) Ping(ctx context.Context, hop Hop) error {
	if hop.Transport.Datagram() {
		_, err := e.gate.WriteTo([]byte("\r\n\r\n"), net.UDPAddrFromAddrPort(hop.Addr))
		return err
	}
	s := e.streams.find(hop)
	if s == nil {
		return fmt.Errorf("%w: %s: not open", ErrConnection, hop)
	}
	return s.ping(ctx)
}

func (s *stream) ping(ctx context.Context) error {
	select {
	case <-s.pongs: // of an earlier ping, too late
	default:
	}
	s.waiting.Store(true)
	defer s.waiting.Store(false)
	if !s.enqueue([]byte("\r\n\r\n")) {
		return s.fault()
	}
	limit := time.NewTimer(pongLimit)
	defer limit.Stop()
	select {
	case <-s.pongs:
		return nil
	case <-s.ended:
		return s.fault()
	case <-ctx.Done():
		return ctx.Err()
	case <-limit.C:
		if !s.ponged.Load() {
			return nil
		}
		s.end(fmt.Errorf("no answer to a keepalive in %v", pongLimit), false)
		return s.fault()
	}
}

// pong takes a single CRLF, which is an answer only to a question.
func (s *stream) pong() {
	if !s.waiting.Load() {
		return
	}
	s.ponged.Store(true)
	select {
	case s.pongs <- struct{}{}:
	default:
	}
}
