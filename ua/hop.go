package ua

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"star18/ua/resolve"
	"star18/ua/sipnet"
)

// question asks where requests to a host go.
func (l *Line) question(t sipnet.Transport, host string, port int) (resolve.Question, error) {
	if port < 0 || port > 65535 {
		return resolve.Question{}, fmt.Errorf("%w: %s: port %d", ErrBadTarget, shown(host), port)
	}
	return resolve.Question{Host: host, Port: port, Transport: t, Family: l.family()}, nil
}

// proxyQuestion asks where requests to our own domain go.
func (l *Line) proxyQuestion() (resolve.Question, error) {
	text := l.cfg.Proxy
	if l.cfg.OutboundProxy != "" {
		text = l.cfg.OutboundProxy
	}
	transport := l.transport()
	if !l.settled() {
		transport = ""
	}
	host, portText, err := net.SplitHostPort(text)
	if err != nil {
		q, err := l.question(transport, text, 0)
		q.Chosen = l.cfg.Transport == AutoTransport && transport != ""
		return q, err
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return resolve.Question{}, fmt.Errorf("%w: %q: the port is no number", ErrConfig, text)
	}
	return l.question(transport, host, int(port))
}

// hopOf is where a request to uri goes: everything through the outbound proxy
// if there is one, our own domain to its proxy, the rest to its host. Others who
// speak WebSockets take none, and are reached through the line's own server,
// whatever it calls itself in its routes.
func (l *Line) hopOf(uri sip.Uri) (resolve.Question, error) {
	if err := l.checkScheme(uri); err != nil {
		return resolve.Question{}, err
	}
	if l.cfg.OutboundProxy != "" || strings.EqualFold(uri.Host, l.cfg.Domain) {
		return l.proxyQuestion()
	}
	t, err := l.transportOf(uri)
	switch {
	case err != nil:
		return resolve.Question{}, err
	case t.Framed():
		return l.proxyQuestion()
	}
	return l.question(t, uri.Host, uri.Port)
}

// checkScheme: a sips address is for TLS from here on (RFC 3261 26.2.2), whatever
// the proxy on the way.
func (l *Line) checkScheme(uri sip.Uri) error {
	if uri.IsEncrypted() && !l.transport().Encrypted() {
		return fmt.Errorf("%w: %s: a sips address needs line.transport tls or wss", ErrBadTarget, shown(uri.Host))
	}
	return nil
}

// transportOf is what a URI asks for: TLS if it is sips (RFC 3261 26.2.2), else
// its transport parameter, else what DNS says (RFC 3263 4.1).
func (l *Line) transportOf(uri sip.Uri) (sipnet.Transport, error) {
	word, _ := uri.UriParams.Get("transport")
	switch word = strings.ToLower(word); {
	case uri.IsEncrypted():
		return l.transport(), l.checkScheme(uri)
	case word == "":
		return "", nil
	case l.transport().Framed() && (word == sipnet.WS.String() || word == sipnet.WSS.String()):
		return l.transport(), nil // the word is the same inside TLS and without
	}
	for _, t := range []sipnet.Transport{sipnet.UDP, sipnet.TCP, sipnet.TLS} {
		if word == t.String() {
			return t, nil
		}
	}
	return "", fmt.Errorf("%w: %s: transport %s", ErrBadTarget, shown(uri.Host), shown(word))
}

// locate works out where the dialog's requests go, and then calls then on the
// call's goroutine. The peer chooses the name, and DNS may take its time: the
// call does not wait for it, and asks about one name at a time. If nothing is
// found the requests go on as before, at first by the way of the INVITE: many a
// telephone calls itself what only its own network knows.
func (c *Call) locate(then func()) {
	uri := c.dlg.NextHop()
	q, err := c.line.hopOf(uri)
	if err != nil {
		c.unfound(err)
		then()
		return
	}
	if hops, ok := c.line.resolver.Known(q); ok {
		c.direct(hops[0])
		then()
		return
	}
	c.locating = true
	c.line.wg.Go(func() {
		at, err := best(c.line.resolver.Lookup(context.Background(), q))
		c.post(func() { c.located(uri, at, err, then) })
	})
}

func (c *Call) located(uri sip.Uri, at sipnet.Hop, err error, then func()) {
	c.locating = false
	if next := c.dlg.NextHop(); next.String() != uri.String() {
		c.locate(then) // the target has changed again
		return
	}
	if err != nil {
		c.unfound(err)
	} else {
		c.direct(at)
	}
	then()
}

// direct sends what follows to another hop. A call to a sips address goes by none
// that others read (RFC 5630 3.3).
func (c *Call) direct(at sipnet.Hop) {
	if c.target.SIPS && !at.Transport.Encrypted() {
		c.unfound(fmt.Errorf("%w: %s is not by TLS", ErrBadTarget, at))
		return
	}
	c.hop = at
}

func (c *Call) unfound(err error) {
	c.line.log.Warn("the other side's address is not found", "call", c.id, "instead", c.hop.String(), "error", err)
}

// retarget follows a new remote target; requests go to the old one until the
// new one is found.
func (c *Call) retarget() {
	if !c.locating {
		c.locate(func() {})
	}
}
