package ua

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/sipnet"
)

const (
	resolveLimit = 3 * time.Second
	// resolveKeep is how long an address is used again: a dialog's requests
	// must not wait for DNS, and a changed record must be noticed.
	resolveKeep = 60 * time.Second
	// resolveNames bounds the memory of names, which peers choose.
	resolveNames = 64
)

// resolver turns a host into the address that requests are sent to: an address
// as it stands, a name by its A or AAAA record, IPv4 first.
type resolver struct {
	find func(ctx context.Context, host string) ([]netip.Addr, error)

	mu   sync.Mutex
	seen map[string]resolved
}

type resolved struct {
	addr netip.Addr
	at   time.Time
}

func newResolver() resolver {
	return resolver{seen: map[string]resolved{}, find: func(ctx context.Context, host string) ([]netip.Addr, error) {
		return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	}}
}

func (r *resolver) lookup(ctx context.Context, h hop) (sipnet.Hop, error) {
	if at, ok := r.known(h); ok {
		return at, nil
	}
	addr, err := r.name(ctx, h.host)
	return h.at(addr), err
}

// at is the hop at this address of its host.
func (h hop) at(addr netip.Addr) sipnet.Hop {
	port := h.port
	if port == 0 {
		port = h.transport.Port()
	}
	return sipnet.Hop{Transport: h.transport, Addr: netip.AddrPortFrom(addr, port), Name: strings.Trim(h.host, "[]")}
}

// known is what can be told without asking anybody.
func (r *resolver) known(h hop) (sipnet.Hop, bool) {
	if addr, err := netip.ParseAddr(strings.Trim(h.host, "[]")); err == nil {
		return h.at(addr.Unmap()), true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	known, ok := r.seen[h.host]
	return h.at(known.addr), ok && time.Since(known.at) < resolveKeep
}

func (r *resolver) name(ctx context.Context, host string) (netip.Addr, error) {
	ctx, cancel := context.WithTimeout(ctx, resolveLimit)
	defer cancel()
	addrs, err := r.find(ctx, host)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		if old, ok := r.seen[host]; ok {
			return old.addr, nil // an old answer beats none
		}
		return netip.Addr{}, fmt.Errorf("resolve %s: %w", host, err)
	}
	best := addrs[0].Unmap()
	for _, a := range addrs {
		if a = a.Unmap(); a.Is4() {
			best = a
			break
		}
	}
	if len(r.seen) >= resolveNames {
		clear(r.seen)
	}
	r.seen[host] = resolved{best, time.Now()}
	return best, nil
}

// proxyAddr is where requests to our own domain go.
func (l *Line) proxyAddr(ctx context.Context) (sipnet.Hop, error) {
	h, err := l.proxyHop()
	if err != nil {
		return sipnet.Hop{}, err
	}
	return l.resolver.lookup(ctx, h)
}

// nextHop is where a request to uri goes.
func (l *Line) nextHop(ctx context.Context, uri sip.Uri) (sipnet.Hop, error) {
	h, err := l.hopOf(uri)
	if err != nil {
		return sipnet.Hop{}, err
	}
	return l.resolver.lookup(ctx, h)
}
