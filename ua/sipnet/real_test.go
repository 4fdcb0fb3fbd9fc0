package sipnet

import (
	"context"
	"net"
	"net/netip"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// The operating system's sockets: UDP and TCP share a free port, a request goes
// by each, and nothing of it is left when both ends have closed.
func TestRealSockets(t *testing.T) {
	loopback := netip.MustParseAddrPort("127.0.0.1:0")
	real := Config{Log: quiet(), Sockets: Sockets{
		ListenUDP: func(at netip.AddrPort) (net.PacketConn, error) {
			return net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
		},
		ListenTCP: func(at netip.AddrPort) (net.Listener, error) {
			return net.ListenTCP("tcp", net.TCPAddrFromAddrPort(at))
		},
		DialTCP: func(ctx context.Context, _ netip.Addr, to netip.AddrPort) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", to.String())
		},
	}}
	before, files := 0, 0
	for round := range 11 {
		a, b := good(Listen(loopback, real, &taken{})), good(Listen(loopback, real, &taken{status: 200}))
		for i, transport := range []Transport{UDP, TCP} {
			if res, err := a.Do(t.Context(), request(sip.OPTIONS, uint32(i+1)), over(transport, b.Addr())); err != nil || res.StatusCode != 200 {
				t.Errorf("%s: %v %v", transport, res, err)
			}
		}
		a.Close()
		b.Close()
		if round == 0 { // what the first one leaves belongs to the runtime
			time.Sleep(100 * time.Millisecond)
			before, files = runtime.NumGoroutine(), descriptors()
		}
	}
	if n := settled(runtime.NumGoroutine, before); n > before {
		t.Errorf("%d goroutines, %d before", n, before)
	}
	if n := settled(descriptors, files); n > files {
		t.Errorf("%d descriptors, %d before", n, files)
	}
}

// settled counts until no more than most are left: sipgo's readers end a moment
// after their sockets.
func settled(count func() int, most int) int {
	n := count()
	for range 200 {
		if n <= most {
			break
		}
		time.Sleep(10 * time.Millisecond)
		n = count()
	}
	return n
}

// descriptors is 0 where the system does not show them.
func descriptors() int {
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(list)
}
