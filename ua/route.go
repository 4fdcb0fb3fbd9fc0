package ua

import (
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"

	"star18/ua/sipnet"
)

// setRoutes keeps the way that the registrar wants our requests to go.
func (l *Line) setRoutes(routes []sip.Uri) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.routes = routes
}

func (l *Line) serviceRoute() []sip.Uri {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.routes)
}

// preload gives a request outside a dialog its Route headers: the outbound proxy
// (RFC 3261 8.1.2), then the way that the registrar named (RFC 3608 section 6.1).
func (l *Line) preload(req *sip.Request, service []sip.Uri) {
	var routes []sip.Uri
	if l.cfg.OutboundProxy != "" {
		if q, err := l.proxyQuestion(); err == nil {
			first := sip.Uri{Scheme: "sip", Host: q.Host, Port: q.Port, UriParams: sip.NewParams()}
			if q.Transport != sipnet.UDP {
				first.UriParams.Add("transport", q.Transport.InURI())
			}
			first.UriParams.Add("lr", "")
			routes = append(routes, first)
		}
	}
	if len(routes) > 0 && len(service) > 0 && strings.EqualFold(service[0].Host, routes[0].Host) {
		routes = nil
	}
	for _, uri := range append(routes, service...) {
		req.AppendHeader(&sip.RouteHeader{Address: uri})
	}
}

// maxRoutes bounds what a registrar may make each of our requests carry.
const maxRoutes = 8

// serviceRoutes reads the Service-Route of a 2xx. One that is no loose router
// cannot be used (RFC 3608 section 5).
func serviceRoutes(res *sip.Response) []sip.Uri {
	var out []sip.Uri
	for _, h := range res.GetHeaders("Service-Route") {
		for _, value := range splitAddresses(h.Value()) {
			var uri sip.Uri
			params := sip.NewParams()
			if _, err := sip.ParseAddressValue(value, &uri, &params); err != nil || !uri.UriParams.Has("lr") || len(out) == maxRoutes {
				return nil
			}
			out = append(out, uri)
		}
	}
	return out
}

// splitAddresses divides a list at the commas outside angle brackets and quotes.
func splitAddresses(list string) []string {
	var out []string
	begin, angle, quote := 0, false, false
	for i, c := range list {
		switch {
		case c == '"':
			quote = !quote
		case quote:
		case c == '<' || c == '>':
			angle = c == '<'
		case c == ',' && !angle:
			out = append(out, strings.TrimSpace(list[begin:i]))
			begin = i + 1
		}
	}
	return append(out, strings.TrimSpace(list[begin:]))
}
