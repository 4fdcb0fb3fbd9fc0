package ua

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"time"

	"star18/ua/resolve"
	"star18/ua/sipnet"
	"star18/ua/stun"
)

const (
	stunPort = 3478 // RFC 5389 section 9
	// mappingLimit is how long an INVITE, or the answer to one, waits for the
	// STUN server: a caller does not notice it.
	mappingLimit = 300 * time.Millisecond
)

// mapping is the address at which a STUN server sees a call's media socket. The
// question is under way until the address is needed for a description, or the
// socket for the stream.
type mapping struct {
	begun time.Time
	stop  context.CancelFunc
	done  chan struct{}
	seen  netip.AddrPort // after done; invalid if nobody said
}

// findMapping asks on conn, which nobody else reads yet; nil without a server.
func (l *Line) findMapping(conn Socket) *mapping {
	if l.cfg.RTP.STUN == "" {
		return nil
	}
	ctx, stop := context.WithCancel(context.Background())
	m := &mapping{begun: time.Now(), stop: stop, done: make(chan struct{})}
	l.wg.Go(func() {
		defer close(m.done)
		seen, err := l.askSTUN(ctx, conn)
		if err != nil {
			l.log.Warn("the media address that others see is not known", "error", err)
			return
		}
		m.seen = seen
	})
	return m
}

func (l *Line) askSTUN(ctx context.Context, conn Socket) (netip.AddrPort, error) {
	host, port, err := splitSTUN(l.cfg.RTP.STUN)
	if err != nil {
		return netip.AddrPort{}, err
	}
	server, err := best(l.resolver.Lookup(ctx, resolve.Question{
		Host: host, Port: port, Transport: sipnet.UDP, Family: l.family(),
	}))
	if err != nil {
		return netip.AddrPort{}, err
	}
	return stun.Ask(ctx, conn, server.Addr)
}

// splitSTUN reads rtp.stun: host[:port].
func splitSTUN(text string) (host string, port int, err error) {
	host, word, err := net.SplitHostPort(text)
	if err != nil {
		return text, stunPort, nil
	}
	n, err := strconv.ParseUint(word, 10, 16)
	return host, int(n), err
}

// settle ends the question and gives the socket back.
func (m *mapping) settle() netip.AddrPort {
	if m == nil {
		return netip.AddrPort{}
	}
	m.stop()
	<-m.done
	return m.seen
}

// whenMapped runs fn on the call's goroutine when the address is known, or has
// been waited for long enough.
func (c *Call) whenMapped(fn func()) {
	m := c.media.mapping
	if m == nil {
		fn()
		return
	}
	c.line.wg.Go(func() {
		select {
		case <-m.done:
		case <-time.After(time.Until(m.begun.Add(mappingLimit))):
		}
		c.post(fn)
	})
}

// reachable is where the peer shall send its media.
func (m *media) reachable() (netip.Addr, uint16) {
	if seen := m.mapping.settle(); seen.IsValid() {
		return seen.Addr(), seen.Port()
	}
	return m.line.Addr().Addr(), m.port
}
