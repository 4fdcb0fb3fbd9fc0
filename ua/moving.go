package ua

import (
	"context"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/sipnet"
)

// NetworkChanged says that the machine's network has changed, or that it slept:
// the line registers anew at once, from the address that it has now, and calls
// go on from there.
func (l *Line) NetworkChanged() {
	l.resolver.Renew()
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
	case l.reg != nil:
		reg := l.reg
		reg.box.put(func() { reg.do(reg.agent.Wake(time.Now())) })
	default:
		l.wg.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), resolveLimit)
			defer cancel()
			if hop, err := l.proxyAddr(ctx); err == nil {
				l.settle(hop)
				l.follow(hop)
			}
		})
	}
}

// OnConnLost implements sipnet.Handler: what was registered over the connection
// cannot be reached any more.
func (l *Line) OnConnLost(hop sipnet.Hop, _ error) {
	l.mu.Lock()
	reg := l.reg
	l.mu.Unlock()
	if reg == nil {
		return
	}
	reg.box.put(func() {
		if at := reg.servers.hop; at.Addr == hop.Addr && at.Transport == hop.Transport {
			reg.do(reg.agent.ConnectionLost(time.Now()))
		}
	})
}

// follow moves the line's sockets to the address from which hop is reached now,
// and says whether that is another one.
func (l *Line) follow(hop sipnet.Hop) bool {
	host, port, err := splitListen(l.cfg.Listen)
	if err != nil || host.IsValid() && !host.IsUnspecified() {
		return false // the user wants this address, or none
	}
	before := l.Addr()
	addr, err := l.cfg.LocalAddr(hop.Addr)
	if err != nil {
		return false
	}
	if addr == before.Addr() {
		l.offline.Store(false)
		return false
	}
	if err := l.ep.Rebind(netip.AddrPortFrom(addr, port)); err != nil {
		l.log.Warn("the line cannot move", "from", before.Addr(), "to", addr, "error", err)
		return false
	}
	l.offline.Store(false)
	l.log.Info("the local address has changed", "from", before, "to", l.Addr())
	l.setPublic(netip.AddrPort{})
	for _, c := range l.all() {
		c.post(c.moved)
	}
	return true
}

// mend follows what a 2xx says about how the registrar sees us: behind a NAT our
// Contact is where our requests come from (RFC 3581 section 4). A NAT that shows
// another port each time is not run after.
func (r *registration) mend(res *sip.Response) {
	seen, ok := viaSource(res)
	if !r.line.cfg.NAT || !ok || !r.line.setPublic(seen) {
		r.moves = 0
		return
	}
	if r.moves++; r.moves > maxMoves {
		return
	}
	r.do(r.agent.Again(time.Now()))
}

const maxMoves = 3

// viaSource is the source of a request as its receiver wrote it into our Via.
func viaSource(res *sip.Response) (netip.AddrPort, bool) {
	via := res.Via()
	if via == nil {
		return netip.AddrPort{}, false
	}
	host, port := via.Host, via.Port
	if received, ok := via.Params.Get("received"); ok && received != "" {
		host = received
	}
	if text, ok := via.Params.Get("rport"); ok && text != "" {
		n, err := strconv.ParseUint(text, 10, 16)
		if err != nil || n == 0 {
			return netip.AddrPort{}, false
		}
		port = int(n)
	}
	addr := hostAddr(host)
	if !addr.IsValid() || addr.IsUnspecified() || addr.IsMulticast() || port < 1 || port > 65535 {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(addr, uint16(port)), true
}

func hostAddr(host string) netip.Addr {
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap()
}

// setPublic notes where others see us, and says whether that is news; our own
// address is none.
func (l *Line) setPublic(at netip.AddrPort) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at == l.ep.Addr() || at == l.ep.Reached(l.transport()) {
		at = netip.AddrPort{}
	}
	changed := l.public != at
	l.public = at
	return changed
}
