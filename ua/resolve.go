package ua

import (
	"context"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/resolve"
	"star18/ua/sipnet"
)

// AutoTransport, as Config.Transport, is what the domain prefers of what the line
// speaks (RFC 3263 4.1): UDP, unless DNS says otherwise.
const AutoTransport sipnet.Transport = "auto"

// transport is how the line reaches its own servers.
func (l *Line) transport() sipnet.Transport {
	t := l.cfg.Transport
	if chosen := l.way.Load(); chosen != nil {
		t = *chosen
	}
	if t == AutoTransport {
		t = sipnet.UDP
	}
	return sipnet.Transport(t.String())
}

// settled: there is nothing for DNS to choose, or it has chosen.
func (l *Line) settled() bool { return l.cfg.Transport != AutoTransport || l.way.Load() != nil }

// settleTransport lets DNS choose, once: Contact and connections depend on it. Where
// it is silent, it is asked again before the next REGISTER.
func (l *Line) settleTransport(ctx context.Context) {
	if l.settled() {
		return
	}
	hop, err := l.proxyAddr(ctx)
	if err != nil {
		l.log.Warn("DNS does not say how SIP travels; UDP is taken until it does", "error", err)
		return
	}
	l.settle(hop)
}

// settle takes the transport that DNS prefers, and says whether that is news.
func (l *Line) settle(hop sipnet.Hop) bool {
	if l.settled() {
		return false
	}
	chosen := sipnet.Transport(hop.Transport.String())
	return l.way.CompareAndSwap(nil, &chosen)
}

// resolveLimit bounds what NewLine asks DNS.
const resolveLimit = 5 * time.Second

// speaks is which transports DNS may choose from (RFC 3263 4.1), the preferred
// one first. A line that is not configured for TLS has no say in whom it trusts.
func (c Config) speaks() []sipnet.Transport {
	switch c.Transport {
	case sipnet.TLS, sipnet.WSS:
		return []sipnet.Transport{c.Transport, sipnet.UDP, sipnet.TCP}
	case sipnet.TCP, sipnet.WS:
		return []sipnet.Transport{c.Transport, sipnet.UDP}
	case AutoTransport:
		if c.DialTCP != nil {
			return []sipnet.Transport{sipnet.UDP, sipnet.TCP, sipnet.TLS}
		}
		return []sipnet.Transport{sipnet.UDP}
	}
	return []sipnet.Transport{sipnet.UDP, sipnet.TCP}
}

// family is what the line's socket can reach.
func (l *Line) family() resolve.Family {
	if l.ep == nil || l.offline.Load() { // the socket will follow the route
		return resolve.AnyFamily
	}
	return resolve.FamilyOf(l.Addr().Addr())
}

// proxyHops is where requests to our own domain go, best first; the others are
// for when it fails. What failed is told to l.resolver, which then puts it last
// for everybody.
func (l *Line) proxyHops(ctx context.Context) ([]sipnet.Hop, error) {
	q, err := l.proxyQuestion()
	if err != nil {
		return nil, err
	}
	hops, err := l.resolver.Lookup(ctx, q)
	l.proxies.remember(hops)
	return hops, err
}

// proxyAddr is the best of proxyHops.
func (l *Line) proxyAddr(ctx context.Context) (sipnet.Hop, error) {
	return best(l.proxyHops(ctx))
}

// nextHops is where a request to uri outside a dialog goes, best first: the way
// that the registrar named comes before the URI (RFC 3608 section 6.1).
func (l *Line) nextHops(ctx context.Context, uri sip.Uri) ([]sipnet.Hop, error) {
	return l.hopsBy(ctx, l.serviceRoute(), uri)
}

func (l *Line) hopsBy(ctx context.Context, service []sip.Uri, uri sip.Uri) ([]sipnet.Hop, error) {
	if err := l.checkScheme(uri); err != nil {
		return nil, err
	}
	if len(service) > 0 && l.cfg.OutboundProxy == "" {
		uri = service[0]
	}
	q, err := l.hopOf(uri)
	if err != nil {
		return nil, err
	}
	return l.resolver.Lookup(ctx, q)
}

// service is the way that the registrar named, but for a gateway: a plan that
// names one wants it instead.
func (t Target) service(l *Line) []sip.Uri {
	if t.Gateway {
		return nil
	}
	return l.serviceRoute()
}

// nextHop is the best of nextHops.
func (l *Line) nextHop(ctx context.Context, uri sip.Uri) (sipnet.Hop, error) {
	return best(l.nextHops(ctx, uri))
}

func best(hops []sipnet.Hop, err error) (sipnet.Hop, error) {
	if err != nil {
		return sipnet.Hop{}, err
	}
	return hops[0], nil
}
