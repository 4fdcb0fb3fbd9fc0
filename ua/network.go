package ua

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"star18/ua/sipnet"
)

// reachNetwork fills in the operating system's network. A network that was
// replaced has the streams that it brings, and no others.
func (c *Config) reachNetwork() {
	if c.LocalAddr == nil {
		c.LocalAddr = localAddr
	}
	if c.ListenUDP != nil {
		return
	}
	c.ListenUDP = listenUDP
	if c.ListenTCP == nil {
		c.ListenTCP = ListenTCP
	}
	if c.DialTCP == nil {
		c.DialTCP = DialTCP
	}
}

func (c *Config) checkTransport() error {
	switch c.Transport {
	case "", sipnet.UDP, AutoTransport:
		return nil
	case sipnet.TCP, sipnet.TLS, sipnet.WS, sipnet.WSS:
		if c.ListenUDP != nil && c.DialTCP == nil {
			return fmt.Errorf("%w: line.transport %s on a network without streams", ErrConfig, c.Transport)
		}
		return nil
	}
	return fmt.Errorf("%w: line.transport %q is not udp, tcp, tls, ws, wss or auto", ErrConfig, string(c.Transport))
}

// endpoint is what of the configuration the signalling sockets need.
func (c *Config) endpoint() sipnet.Config {
	return sipnet.Config{
		Sockets: sipnet.Sockets{
			ListenUDP: func(at netip.AddrPort) (net.PacketConn, error) { return c.ListenUDP(at) },
			ListenTCP: c.ListenTCP,
			DialTCP:   c.DialTCP,
		},
		TLS:    c.TLS,
		Path:   c.WebSocketPath,
		Screen: c.screen,
		Watch:  c.Watch,
		Log:    c.Log,
	}
}

func listenUDP(addr netip.AddrPort) (Socket, error) {
	return net.ListenUDP("udp", net.UDPAddrFromAddrPort(addr))
}

// localAddr asks the system for the way to a peer. Connecting a UDP socket sends
// nothing; it only picks the route.
func localAddr(to netip.AddrPort) (netip.Addr, error) {
	probe, err := net.Dial("udp", to.String())
	if err != nil {
		return netip.Addr{}, err
	}
	defer probe.Close()
	return probe.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap(), nil
}

// ListenTCP is the operating system's, for Config.ListenTCP.
func ListenTCP(addr netip.AddrPort) (net.Listener, error) {
	return net.ListenTCP("tcp", net.TCPAddrFromAddrPort(addr))
}

// probes find within half a minute that a silent connection has died: a call
// that comes meanwhile is lost.
var probes = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}

// DialTCP is the operating system's, for Config.DialTCP. It notices within half a
// minute that a silent connection has died.
func DialTCP(ctx context.Context, from netip.Addr, to netip.AddrPort) (net.Conn, error) {
	d := net.Dialer{KeepAliveConfig: probes, LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0))}
	return d.DialContext(ctx, "tcp", to.String())
}

// signalledByTLS: the descriptions of the call, and keys in them, went to and
// from the next hop by TLS, and will. What that hop does is its own matter.
func (c *Call) signalledByTLS() bool {
	first := c.out.dst
	if !c.outgoing {
		first = c.line.ep.Origin(c.in.req)
	}
	return first.Transport.Encrypted() && c.hop.Transport.Encrypted()
}

// openWay makes the line's connection before a request whose Contact is our end
// of it. The request tells of a failure.
func (l *Line) openWay(ctx context.Context, hop sipnet.Hop) {
	if hop.Transport == l.transport() && !hop.Transport.Datagram() {
		_, _ = l.ep.Connect(ctx, hop)
	}
}
