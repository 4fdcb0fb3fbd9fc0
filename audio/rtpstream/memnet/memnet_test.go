package memnet

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

var (
	alice = netip.MustParseAddrPort("192.0.2.1:16384")
	bob   = netip.MustParseAddrPort("192.0.2.2:16384")
)

// pair opens alice and bob on a fresh network.
func pair(t *testing.T) (*Network, *Conn, *Conn) {
	t.Helper()
	n := New()
	return n, listen(t, n, alice), listen(t, n, bob)
}

func listen(t *testing.T, n *Network, addr netip.AddrPort) *Conn {
	t.Helper()
	c, err := n.Listen(addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// drain reads what has arrived by now.
func drain(t *testing.T, c *Conn) []string {
	t.Helper()
	var got []string
	for {
		c.SetReadDeadline(time.Now().Add(time.Millisecond))
		b := make([]byte, 1500)
		n, _, err := c.ReadFromUDPAddrPort(b)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(b[:n]))
	}
}

func TestPacketArrivesWithItsSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, b := pair(t)
		if _, err := a.WriteTo([]byte("hello"), b.LocalAddr()); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 3) // shorter than the packet: the rest is cut off
		n, from, err := b.ReadFrom(buf)
		if err != nil || string(buf[:n]) != "hel" || from.String() != alice.String() {
			t.Errorf("got %q from %v, %v; want \"hel\" from %v", buf[:n], from, err, alice)
		}
	})
}

func TestSenderMayReuseItsBuffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, a, b := pair(t)
		n.SetFilter(Delay(1, time.Second, time.Second))
		data := []byte("first")
		a.WriteToUDPAddrPort(data, bob)
		copy(data, "YYYYY")
		time.Sleep(time.Second)
		if got := drain(t, b); !slices.Equal(got, []string{"first"}) {
			t.Errorf("got %q", got)
		}
	})
}

func TestListenAddresses(t *testing.T) {
	n := New()
	first := listen(t, n, netip.MustParseAddrPort("127.0.0.1:0"))
	second := listen(t, n, netip.MustParseAddrPort("127.0.0.1:0"))
	if first.addr.Port() == 0 || first.addr == second.addr {
		t.Errorf("chosen ports %v and %v", first.addr, second.addr)
	}
	if _, err := n.Listen(first.addr); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("second socket on one address: %v", err)
	}
	first.Close()
	listen(t, n, first.addr) // a closed socket frees its address
}

func TestUnspecifiedAddressTakesPacketsForAny(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := New()
		all := listen(t, n, netip.MustParseAddrPort("0.0.0.0:5060"))
		a := listen(t, n, alice)
		a.WriteToUDPAddrPort([]byte("x"), netip.MustParseAddrPort("[::ffff:192.0.2.9]:5060"))
		if got := drain(t, all); !slices.Equal(got, []string{"x"}) {
			t.Errorf("got %q", got)
		}
		all.WriteToUDPAddrPort([]byte("y"), alice)
		buf := make([]byte, 10)
		a.SetReadDeadline(time.Time{})
		if _, from, _ := a.ReadFromUDPAddrPort(buf); from.Addr().IsUnspecified() {
			t.Error("a packet came from the unspecified address")
		}
	})
}

func TestCloseUnblocksReaderAndRefusesFurtherUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, _ := pair(t)
		done := make(chan error, 1)
		go func() {
			_, _, err := a.ReadFromUDPAddrPort(make([]byte, 10))
			done <- err
		}()
		synctest.Wait()
		if err := a.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if err := <-done; !errors.Is(err, net.ErrClosed) {
			t.Errorf("waiting read: %v", err)
		}
		if _, err := a.WriteToUDPAddrPort([]byte("x"), bob); !errors.Is(err, net.ErrClosed) {
			t.Errorf("write after close: %v", err)
		}
		if err := a.Close(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("second close: %v", err)
		}
	})
}

func TestReadDeadline(t *testing.T) {
	for _, moved := range []struct {
		name       string
		first, new time.Duration // as seen from the start; 0 = never
		want       time.Duration
	}{
		{name: "kept", first: time.Second, new: time.Second, want: time.Second},
		{name: "later", first: time.Second, new: 3 * time.Second, want: 3 * time.Second},
		{name: "sooner", first: 3 * time.Second, new: 600 * time.Millisecond, want: 600 * time.Millisecond},
		{name: "into the past", first: 3 * time.Second, new: 100 * time.Millisecond, want: 500 * time.Millisecond},
	} {
		t.Run(moved.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, a, _ := pair(t)
				start := time.Now()
				a.SetReadDeadline(start.Add(moved.first))
				time.AfterFunc(500*time.Millisecond, func() { a.SetReadDeadline(start.Add(moved.new)) })
				_, _, err := a.ReadFromUDPAddrPort(make([]byte, 10))
				if took := time.Since(start); !errors.Is(err, os.ErrDeadlineExceeded) || took != moved.want {
					t.Errorf("%v after %v, want a timeout after %v", err, took, moved.want)
				}
			})
		})
	}
}

func TestOverdueDeadlineIsLiftedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, b := pair(t)
		b.SetReadDeadline(time.Now().Add(-time.Second))
		a.WriteToUDPAddrPort([]byte("x"), bob)
		if _, _, err := b.ReadFromUDPAddrPort(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("overdue read with a packet waiting: %v", err)
		}
		b.SetReadDeadline(time.Time{})
		if n, _, err := b.ReadFromUDPAddrPort(make([]byte, 1)); n != 1 || err != nil {
			t.Errorf("read after the deadline was lifted: %d, %v", n, err)
		}
	})
}

// Sent: 0..9. The verdicts are plain functions here, so the expected order is
// worked out by hand.
func TestFilterVerdicts(t *testing.T) {
	index := func(data []byte) int { return int(data[0] - '0') }
	for _, c := range []struct {
		name   string
		filter Filter
		want   string
	}{
		{"no filter", nil, "0123456789"},
		{"drop odd", func(_, _ netip.AddrPort, d []byte) Verdict { return Verdict{Drop: index(d)%2 == 1} }, "02468"},
		{"hold 3 back", func(_, _ netip.AddrPort, d []byte) Verdict {
			if index(d) == 3 {
				return Verdict{Delay: 45 * time.Millisecond}
			}
			return Verdict{}
		}, "0124536789"},
		{"copy 5", func(_, _ netip.AddrPort, d []byte) Verdict {
			if index(d) == 5 {
				return Verdict{Copies: 2}
			}
			return Verdict{}
		}, "012345556789"},
		{"only towards alice", func(_, to netip.AddrPort, _ []byte) Verdict { return Verdict{Drop: to == bob} }, ""},
		{"lose all", Lose(1, 1), ""},
		{"lose none", Lose(1, 0), "0123456789"},
		{"double all", Duplicate(1, 1), "00112233445566778899"},
		{"double none of the lost", Chain(Lose(1, 1), Duplicate(1, 1)), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, a, b := pair(t)
				n.SetFilter(c.filter)
				for i := range 10 {
					a.WriteToUDPAddrPort(fmt.Append(nil, i), bob)
					time.Sleep(20 * time.Millisecond)
				}
				time.Sleep(time.Second)
				var got string
				for _, s := range drain(t, b) {
					got += s
				}
				if got != c.want {
					t.Errorf("arrived %q, want %q", got, c.want)
				}
			})
		})
	}
}

func TestDelayStaysWithinItsBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, a, b := pair(t)
		n.SetFilter(Delay(2, 10*time.Millisecond, 30*time.Millisecond))
		for range 100 {
			sent := time.Now()
			a.WriteToUDPAddrPort([]byte("x"), bob)
			b.ReadFromUDPAddrPort(make([]byte, 1))
			if took := time.Since(sent); took < 10*time.Millisecond || took > 30*time.Millisecond {
				t.Fatalf("packet took %v", took)
			}
		}
	})
}

func TestFullQueueDrops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, b := pair(t)
		for range queueLen + 50 {
			a.WriteToUDPAddrPort([]byte("x"), bob)
		}
		if got := len(drain(t, b)); got != queueLen {
			t.Errorf("%d packets kept, want %d", got, queueLen)
		}
	})
}

func TestTapSeesDroppedAndInjectedPassesUnseen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, a, b := pair(t)
		var seen []string
		n.Tap(func(p Packet) { seen = append(seen, fmt.Sprintf("%v>%v %s", p.From, p.To, p.Data)) })
		n.SetFilter(func(_, _ netip.AddrPort, _ []byte) Verdict { return Verdict{Drop: true} })
		a.WriteToUDPAddrPort([]byte("real"), bob)
		n.Inject(alice, bob, []byte("forged"))
		if want := fmt.Sprintf("%v>%v real", alice, bob); !slices.Equal(seen, []string{want}) {
			t.Errorf("tap saw %q", seen)
		}
		if got := drain(t, b); !slices.Equal(got, []string{"forged"}) {
			t.Errorf("arrived %q", got)
		}
	})
}
