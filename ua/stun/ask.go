package stun

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"
)

// Retransmission of RFC 5389 section 7.2.1: each wait doubles, the last one is
// 16 times the first.
const (
	firstWait = 500 * time.Millisecond
	tries     = 7
	lastWait  = 16 * firstWait
)

// maxAnswer is more than any answer without credentials has.
const maxAnswer = 1500

// Conn is a UDP socket, by value addresses.
type Conn interface {
	ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error)
	WriteToUDPAddrPort(b []byte, addr netip.AddrPort) (int, error)
	SetReadDeadline(t time.Time) error
}

// Ask asks server what address conn's packets come from. While it runs nobody
// else may read from conn; packets that are no answer are dropped. It ends with
// ctx, leaving no deadline behind.
func Ask(ctx context.Context, conn Conn, server netip.AddrPort) (netip.AddrPort, error) {
	var tx id
	rand.Read(tx[:])
	cut := make(chan struct{})
	keep := context.AfterFunc(ctx, func() {
		defer close(cut)
		_ = conn.SetReadDeadline(time.Unix(1, 0))
	})
	defer func() {
		if !keep() {
			<-cut // or it would come after the line below
		}
		_ = conn.SetReadDeadline(time.Time{})
	}()
	wait := firstWait
	for try := range tries {
		if try == tries-1 {
			wait = lastWait
		}
		if _, err := conn.WriteToUDPAddrPort(request(tx), server); err != nil {
			return netip.AddrPort{}, fmt.Errorf("stun %s: %w", server, err)
		}
		seen, err := await(ctx, conn, server, tx, wait)
		if err == nil || !errors.Is(err, ErrNoAnswer) || ctx.Err() != nil {
			return seen, err
		}
		wait *= 2
	}
	return netip.AddrPort{}, fmt.Errorf("stun %s: %w", server, ErrNoAnswer)
}

// await reads until the answer or the end of the wait. What comes from another
// address is not an answer: its sender did not get the request.
func await(ctx context.Context, conn Conn, server netip.AddrPort, tx id, wait time.Duration) (netip.AddrPort, error) {
	if err := conn.SetReadDeadline(time.Now().Add(wait)); err != nil {
		return netip.AddrPort{}, err
	}
	buf := make([]byte, maxAnswer)
	for ctx.Err() == nil {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			break
		}
		if errors.Is(err, net.ErrClosed) {
			return netip.AddrPort{}, err
		}
		if err != nil || netip.AddrPortFrom(from.Addr().Unmap(), from.Port()) != server {
			continue // an ICMP error of an earlier packet is no answer either
		}
		seen, err := parse(buf[:n], tx)
		if !errors.Is(err, ErrNotOurs) {
			return seen, err
		}
	}
	return netip.AddrPort{}, fmt.Errorf("stun %s: %w", server, ErrNoAnswer)
}
