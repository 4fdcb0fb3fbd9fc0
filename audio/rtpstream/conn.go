package rtpstream

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// Conn is the socket of a stream: a *net.UDPConn, or one of package memnet.
type Conn interface {
	ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error)
	WriteToUDPAddrPort(b []byte, addr netip.AddrPort) (int, error)
	LocalAddr() net.Addr
	SetReadDeadline(t time.Time) error
	Close() error
}

const (
	// errorPause keeps a socket that fails at once from taking a whole core.
	errorPause = 5 * time.Millisecond
	// maxFaults unknown errors in a row mean that the socket does not recover.
	maxFaults = 20
)

// Windows numbers of errors that Unix has under other numbers. They are beyond
// every Unix errno, so they need no file of their own.
const (
	wsaeMsgSize   = syscall.Errno(10040) // a packet longer than our buffer
	wsaeNetReset  = syscall.Errno(10052) // ICMP time to live exceeded
	wsaeConnReset = syscall.Errno(10054) // ICMP port unreachable
)

// transient reports whether reading may go on after err. An ICMP message about
// a packet that we sent comes back as an error of the next read (RFC 1122
// section 4.1.3.3); it says that the peer is not there yet, not that our socket
// is broken.
func transient(err error) bool {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return true
	}
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return false
	}
	switch errno {
	case syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EHOSTUNREACH, syscall.ENETUNREACH,
		syscall.EMSGSIZE, syscall.EINTR, syscall.EAGAIN, syscall.ENOBUFS,
		wsaeMsgSize, wsaeNetReset, wsaeConnReset:
		return true
	}
	return false
}
