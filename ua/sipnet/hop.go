package sipnet

import (
	"net/netip"
	"strings"
)

// Transport is how a request travels. The zero value is UDP.
type Transport string

// The transports of RFC 3261 section 18, and WebSockets (RFC 7118), plain and
// inside TLS.
const (
	UDP Transport = "udp"
	TCP Transport = "tcp"
	TLS Transport = "tls"
	WS  Transport = "ws"
	WSS Transport = "wss"
)

// String implements fmt.Stringer.
func (t Transport) String() string {
	if t == "" {
		return string(UDP)
	}
	return string(t)
}

// InURI is the word of a transport parameter: "ws" of WebSockets inside TLS too
// (RFC 7118 5.2).
func (t Transport) InURI() string {
	if t == WSS {
		return string(WS)
	}
	return t.String()
}

// Encrypted: nobody on the way to the next hop reads it.
func (t Transport) Encrypted() bool { return t == TLS || t == WSS }

// Framed: WebSockets carry each message in a frame of its own.
func (t Transport) Framed() bool { return t == WS || t == WSS }

// carrier is the transport below: what sipgo takes the connection for.
func (t Transport) carrier() Transport {
	switch t {
	case WS:
		return TCP
	case WSS:
		return TLS
	}
	return t
}

// Datagram: no connection carries it.
func (t Transport) Datagram() bool { return t == "" || t == UDP }

// inVia is the word of a Via header.
func (t Transport) inVia() string { return strings.ToUpper(t.String()) }

// Port is the transport's own (RFC 3261 19.1.2; RFC 6455 3).
func (t Transport) Port() uint16 {
	switch t {
	case TLS:
		return 5061
	case WS:
		return 80
	case WSS:
		return 443
	}
	return 5060
}

// Hop is where a request goes next.
type Hop struct {
	Transport Transport
	Addr      netip.AddrPort
	// Name is the host that was asked for before DNS said anything: what a TLS
	// certificate must name (RFC 5922 section 4).
	Name string
}

// IsValid: there is an address to send to.
func (h Hop) IsValid() bool { return h.Addr.IsValid() }

// String is "tls 192.0.2.1:5061".
func (h Hop) String() string { return h.Transport.String() + " " + h.Addr.String() }
