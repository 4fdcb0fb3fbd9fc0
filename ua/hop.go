package ua

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"star18/ua/sipnet"
)

const sipPort = 5060

// hop is where requests go, before its name is resolved.
type hop struct {
	host string
	port uint16
}

func newHop(host string, port int) (hop, error) {
	if port == 0 {
		port = sipPort
	}
	if port < 0 || port > 65535 {
		return hop{}, fmt.Errorf("%w: %s: port %d", ErrBadTarget, host, port)
	}
	return hop{host, uint16(port)}, nil
}

// proxyHop is where requests to our own domain go.
func (l *Line) proxyHop() (hop, error) {
	text := l.cfg.Proxy
	if l.cfg.OutboundProxy != "" {
		text = l.cfg.OutboundProxy
	}
	host, portText, err := net.SplitHostPort(text)
	if err != nil {
		return newHop(text, 0)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return hop{}, fmt.Errorf("%w: %q: the port is no number", ErrConfig, text)
	}
	return newHop(host, int(port))
}

// hopOf is where a request to uri goes: everything through the outbound proxy
// if there is one, our own domain to its proxy, the rest to its host.
func (l *Line) hopOf(uri sip.Uri) (hop, error) {
	if l.cfg.OutboundProxy != "" || strings.EqualFold(uri.Host, l.cfg.Domain) {
		return l.proxyHop()
	}
	return newHop(uri.Host, uri.Port)
}

// locate works out where the dialog's requests go, and then calls then on the
// call's goroutine. The peer chooses the name, and DNS may take its time: the
// call does not wait for it, and asks about one name at a time.
func (c *Call) locate(then func(error)) {
	uri := c.dlg.NextHop()
	h, err := c.line.hopOf(uri)
	if err != nil {
		then(err)
		return
	}
	if at, ok := c.line.resolver.known(h); ok {
		c.hop = at
		then(nil)
		return
	}
	c.locating = true
	c.line.wg.Go(func() {
		at, err := c.line.resolver.lookup(context.Background(), h)
		c.post(func() { c.located(uri, at, err, then) })
	})
}

func (c *Call) located(uri sip.Uri, at sipnet.Hop, err error, then func(error)) {
	c.locating = false
	if next := c.dlg.NextHop(); next.String() != uri.String() {
		c.locate(then) // the target has changed again
		return
	}
	if err == nil {
		c.hop = at
	}
	then(err)
}

// retarget follows a new remote target; requests go to the old one until the
// new one is found.
func (c *Call) retarget() {
	if c.locating {
		return
	}
	c.locate(func(err error) {
		if err != nil {
			c.line.log.Warn("new target not found", "call", c.id, "error", err)
		}
	})
}
