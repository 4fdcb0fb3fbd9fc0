package sipnet

import (
	"net/netip"
	"strings"
)

// Transport is how a request travels. The zero value is UDP.
type Transport string

// The transports of RFC 3261 section 18.
const (
	UDP Transport = "udp"
	TCP Transport = "tcp"
	TLS Transport = "tls"
)

// String implements fmt.Stringer: the word of a transport parameter.
func (t Transport) String() string {
	if t == "" {
		return string(UDP)
	}
	return string(t)
}

// Datagram: no connection carries it.
func (t Transport) Datagram() bool { return t == "" || t == UDP }

// inVia is the word of a Via header.
func (t Transport) inVia() string { return strings.ToUpper(t.String()) }

// Port is the transport's own (RFC 3261 19.1.2).
func (t Transport) Port() uint16 {
	if t == TLS {
		return 5061
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
