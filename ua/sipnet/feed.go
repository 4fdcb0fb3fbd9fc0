package sipnet

import (
	"errors"
	"net"
	"syscall"

	"github.com/emiago/sipgo/sip"
)

// feed is a listener in sipgo's eyes. It accepts every connection of one
// transport, those of our own making too: sipgo reads and pools them all alike,
// and never makes one.
type feed struct {
	local net.Addr
	conns chan net.Conn
	over  <-chan struct{}
}

func (f *feed) Accept() (net.Conn, error) {
	select {
	case c := <-f.conns:
		return c, nil
	case <-f.over:
		return nil, net.ErrClosed
	}
}

func (f *feed) Addr() net.Addr { return f.local }
func (f *feed) Close() error   { return nil }

// noDial is sipgo's dialer. Where a connection has gone sipgo would make one to
// what a Via says, which its sender chose; and one without a screen.
func noDial(net.Addr) net.Dialer {
	return net.Dialer{Control: func(string, string, syscall.RawConn) error { return errNoDial }}
}

var errNoDial = errors.New("the connection is gone")

func transports() sip.TransportsConfig {
	return sip.TransportsConfig{
		TCP: &sip.TransportTCP{DialerCreate: noDial},
		TLS: &sip.TransportTLS{TransportTCP: &sip.TransportTCP{DialerCreate: noDial}},
	}
}
