package ua

import (
	"net/netip"
	"slices"
	"sync"

	"github.com/emiago/sipgo/sip"

	"star18/ua/sipnet"
)

// maxProxies bounds how many addresses of our proxy are remembered: a farm of
// them, seen through DNS over the weeks.
const maxProxies = 64

// proxies are the addresses that our proxy and registrar have been found at.
// What comes from them is believed where SIP wants a trusted neighbour: who a
// caller is (RFC 3325 5), who may ask for an answer (RFC 5373 5), how many
// messages wait. An address is no proof over UDP; a network that lets strangers
// use its proxy's address lets them place its calls as well.
type proxies struct {
	mu    sync.Mutex
	addrs []netip.Addr
}

func (p *proxies) remember(hops []sipnet.Hop) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range hops {
		addr := h.Addr.Addr().Unmap()
		if slices.Contains(p.addrs, addr) {
			continue
		}
		if len(p.addrs) == maxProxies {
			p.addrs = p.addrs[1:]
		}
		p.addrs = append(p.addrs, addr)
	}
}

func (p *proxies) has(addr netip.Addr) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Contains(p.addrs, addr)
}

// fromProxy: the request was sent by our proxy.
func (l *Line) fromProxy(req *sip.Request) bool {
	if q, err := l.proxyQuestion(); err == nil {
		if hops, ok := l.resolver.Known(q); ok {
			l.proxies.remember(hops)
		}
	}
	return l.proxies.has(l.ep.Origin(req).Addr.Addr())
}
