package stun_test

import (
	"context"
	"encoding/binary"
	"errors"
	"net/netip"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio/rtpstream/memnet"
	"star18/ua/stun"
)

var (
	own    = netip.MustParseAddrPort("192.0.2.1:16384")
	server = netip.MustParseAddrPort("192.0.2.99:3478")
	public = netip.MustParseAddrPort("198.51.100.7:40000")
)

// reply is a success answer, by the words of RFC 5389 15.2.
func reply(req []byte, seen netip.AddrPort) []byte {
	ip := seen.Addr().As4()
	m := []byte{1, 1, 0, 12}
	m = append(m, req[4:20]...)
	m = append(m, 0, 0x20, 0, 8, 0, 1)
	m = binary.BigEndian.AppendUint16(m, seen.Port()^0x2112)
	return binary.BigEndian.AppendUint32(m, binary.BigEndian.Uint32(ip[:])^0x2112a442)
}

// scene is a socket and a server in virtual time. serve gets the number and the
// bytes of each request.
func scene(t *testing.T, serve func(n int, req []byte, answer func(from netip.AddrPort, m []byte)), test func(t *testing.T, conn *memnet.Conn)) []time.Duration {
	var at []time.Duration
	synctest.Test(t, func(t *testing.T) {
		net := memnet.New()
		conn, err := net.Listen(own)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		net.Tap(func(p memnet.Packet) {
			if p.To == server {
				at = append(at, time.Since(start))
				serve(len(at), slices.Clone(p.Data), func(from netip.AddrPort, m []byte) { go net.Inject(from, own, m) })
			}
		})
		test(t, conn)
		conn.Close()
	})
	return at
}

func TestAsk(t *testing.T) {
	scene(t, func(_ int, req []byte, answer func(netip.AddrPort, []byte)) {
		answer(netip.MustParseAddrPort("192.0.2.66:3478"), reply(req, netip.MustParseAddrPort("203.0.113.6:6"))) // a stranger
		answer(server, []byte("\x80\x00 an early RTP packet"))
		time.AfterFunc(10*time.Millisecond, func() { answer(server, reply(req, public)) })
	}, func(t *testing.T, conn *memnet.Conn) {
		if got, err := stun.Ask(t.Context(), conn, server); err != nil || got != public {
			t.Errorf("%v, %v; want %v", got, err, public)
		}
	})
}

// RFC 5389 section 7.2.1: at 0, 500, 1500, 3500, 7500, 15500 and 31500 ms, and
// over at 39500 ms.
func TestRetransmission(t *testing.T) {
	at := scene(t, func(int, []byte, func(netip.AddrPort, []byte)) {}, func(t *testing.T, conn *memnet.Conn) {
		start := time.Now()
		_, err := stun.Ask(t.Context(), conn, server)
		if took := time.Since(start); !errors.Is(err, stun.ErrNoAnswer) || took != 39500*time.Millisecond {
			t.Errorf("%v after %v", err, took)
		}
	})
	var want []time.Duration
	for _, ms := range []int{0, 500, 1500, 3500, 7500, 15500, 31500} {
		want = append(want, time.Duration(ms)*time.Millisecond)
	}
	if !slices.Equal(at, want) {
		t.Errorf("asked at %v, want %v", at, want)
	}
}

// A lost answer is asked for again, in the same transaction.
func TestLostAnswer(t *testing.T) {
	scene(t, func(n int, req []byte, answer func(netip.AddrPort, []byte)) {
		if n == 2 {
			answer(server, reply(req, public))
		}
	}, func(t *testing.T, conn *memnet.Conn) {
		if got, err := stun.Ask(t.Context(), conn, server); err != nil || got != public {
			t.Errorf("%v, %v; want %v", got, err, public)
		}
	})
}

// The one who asked may need the socket now, and gets it as it was.
func TestGivingUp(t *testing.T) {
	scene(t, func(int, []byte, func(netip.AddrPort, []byte)) {}, func(t *testing.T, conn *memnet.Conn) {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		start := time.Now()
		if _, err := stun.Ask(ctx, conn, server); err == nil || time.Since(start) != 300*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		done := make(chan error)
		go func() {
			_, _, err := conn.ReadFromUDPAddrPort(make([]byte, 10))
			done <- err
		}()
		select {
		case err := <-done:
			t.Errorf("the socket was left with a deadline: %v", errors.Is(err, os.ErrDeadlineExceeded))
		case <-time.After(time.Hour):
		}
		conn.Close()
		<-done
	})
}

func TestServerSaysNo(t *testing.T) {
	scene(t, func(_ int, req []byte, answer func(netip.AddrPort, []byte)) {
		answer(server, slices.Concat([]byte{1, 0x11, 0, 8}, req[4:20], []byte{0, 9, 0, 4, 0, 0, 4, 0}))
	}, func(t *testing.T, conn *memnet.Conn) {
		if _, err := stun.Ask(t.Context(), conn, server); !errors.Is(err, stun.ErrRefused) {
			t.Errorf("%v, want refused", err)
		}
	})
}
