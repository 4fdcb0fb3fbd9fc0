package sipnet

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net"
	"net/netip"
)

// Config is what an Endpoint is made of.
type Config struct {
	Sockets Sockets
	TLS     TLSConfig
	Path    string // of the WebSocket server, "/ws"
	Screen  Screen // nil lets everything pass
	Watch   Watch  // nil for nobody
	Log     *slog.Logger
}

// Sockets is the one edge through which an Endpoint reaches the network.
type Sockets struct {
	ListenUDP func(at netip.AddrPort) (net.PacketConn, error)
	// ListenTCP is nil where no streams arrive, DialTCP where none can be made.
	ListenTCP func(at netip.AddrPort) (net.Listener, error)
	DialTCP   func(ctx context.Context, from netip.Addr, to netip.AddrPort) (net.Conn, error)
}

// TLSConfig is whom to trust and what to show. Servers are always verified: nothing
// here can turn that off.
type TLSConfig struct {
	Roots       *x509.CertPool   // nil: the system's
	Certificate *tls.Certificate // shown to servers that ask; nil: none
}

// Screen judges raw bytes before anything parses them: one datagram, or one
// whole message of a stream. from says how they came and from where. pass goes
// on to the parser, nil goes nowhere; reply is sent back to where they came from.
// It is called by several goroutines at once.
type Screen func(from Hop, raw []byte) (pass, reply []byte)
