package rtpstream

import (
	"net"
	"net/netip"
	"testing"
	"time"
)

// Real sockets, once: they fit the interface, packets go both ways, and Close
// ends a read that waits. The test waits for events, never for a time.
func TestRealSockets(t *testing.T) {
	open := func() *net.UDPConn {
		c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
		must(t, err)
		return c
	}
	conns := []*net.UDPConn{open(), open()}
	events := make(chan Event, 100)
	var streams []*Stream
	for i, conn := range conns {
		phone := newTelephone(aliceHz)
		defer phone.Close()
		c := testConfig(t, conn, phone)
		c.Remote = conns[1-i].LocalAddr().(*net.UDPAddr).AddrPort()
		c.SSRC = uint32(100 + i)
		c.OnEvent = func(e Event) { events <- e }
		s, err := New(c)
		must(t, err)
		defer s.Close()
		streams = append(streams, s)
		s.WatchFirst()
	}
	for _, s := range streams {
		s.Start()
	}
	await(t, events, EventFirstPacket, 2)
	for _, s := range streams {
		must(t, s.ArmReceive(rfcKeys(t)))
		must(t, s.ProtectSend(rfcKeys(t)))
	}
	await(t, events, EventFirstAuthenticated, 2)
	for _, s := range streams {
		if st := s.Stats(); st.AuthFailed != 0 || st.Malformed != 0 {
			t.Errorf("statistics %+v", st)
		}
	}
}

// await takes events until n of a kind have come. The limit is for a broken
// program only.
func await(t *testing.T, events <-chan Event, kind EventKind, n int) {
	t.Helper()
	limit := time.After(20 * time.Second)
	for n > 0 {
		select {
		case e := <-events:
			if e.Kind == kind {
				n--
			}
		case <-limit:
			t.Fatalf("%d events %v missing", n, kind)
		}
	}
}
