package ua

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	resolveLimit = 3 * time.Second
	// resolveKeep is how long an address is used again: a dialog's requests
	// must not wait for DNS, and a changed record must be noticed.
	resolveKeep = 60 * time.Second
	sipPort     = 5060
)

// resolver turns a host into the address that requests are sent to: an address
// as it stands, a name by its A or AAAA record, IPv4 first.
type resolver struct {
	mu   sync.Mutex
	seen map[string]resolved
}

type resolved struct {
	addr netip.Addr
	at   time.Time
}

func (r *resolver) lookup(ctx context.Context, host string, port int) (netip.AddrPort, error) {
	if port == 0 {
		port = sipPort
	}
	if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return netip.AddrPortFrom(addr.Unmap(), uint16(port)), nil
	}
	addr, err := r.name(ctx, host)
	return netip.AddrPortFrom(addr, uint16(port)), err
}

func (r *resolver) name(ctx context.Context, host string) (netip.Addr, error) {
	r.mu.Lock()
	known, ok := r.seen[host]
	r.mu.Unlock()
	if ok && time.Since(known.at) < resolveKeep {
		return known.addr, nil
	}
	ctx, cancel := context.WithTimeout(ctx, resolveLimit)
	defer cancel()
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		if ok {
			return known.addr, nil // an old answer beats none
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
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen == nil {
		r.seen = map[string]resolved{}
	}
	r.seen[host] = resolved{best, time.Now()}
	return best, nil
}

func (r *resolver) hostPort(ctx context.Context, text string) (netip.AddrPort, error) {
	host, portText, err := net.SplitHostPort(text)
	if err != nil {
		return r.lookup(ctx, text, 0)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%w: %q: the port is no number", ErrConfig, text)
	}
	return r.lookup(ctx, host, int(port))
}

// proxyAddr is where requests to our own domain go.
func (l *Line) proxyAddr(ctx context.Context) (netip.AddrPort, error) {
	if l.cfg.OutboundProxy != "" {
		return l.resolver.hostPort(ctx, l.cfg.OutboundProxy)
	}
	return l.resolver.hostPort(ctx, l.cfg.Proxy)
}

// nextHop is where a request to uri goes: everything through the outbound
// proxy if there is one, our own domain to its proxy, the rest to its host.
func (l *Line) nextHop(ctx context.Context, uri sip.Uri) (netip.AddrPort, error) {
	if l.cfg.OutboundProxy != "" || strings.EqualFold(uri.Host, l.cfg.Domain) {
		return l.proxyAddr(ctx)
	}
	return l.resolver.lookup(ctx, uri.Host, uri.Port)
}

// hostText writes an address as a SIP host: IPv6 in brackets.
func hostText(a netip.Addr) string {
	if a.Is6() {
		return "[" + a.String() + "]"
	}
	return a.String()
}
