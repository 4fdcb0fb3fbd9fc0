package rtpstream

import (
	"net/netip"
	"testing"
	"time"
)

var (
	inSDP    = netip.MustParseAddrPort("192.0.2.1:16384") // what the SDP names
	behind   = netip.MustParseAddrPort("198.51.100.7:40000")
	rebound  = netip.MustParseAddrPort("198.51.100.7:40001")
	stranger = netip.MustParseAddrPort("203.0.113.9:5555")
)

// step is a run of packets, 20 ms apart, after a pause.
type step struct {
	pause     time.Duration
	count     int
	src       netip.AddrPort
	ssrc      uint32 // 0: the peer's
	authentic bool
	late      bool           // authentic, but not the newest
	want      netip.AddrPort // where packets go after the run
}

// The expected address follows from the rule in the comment of latch, by hand.
func TestLatch(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name  string
		steps []step
	}{
		{"SDP is right", []step{
			{count: 5, src: inSDP, want: inSDP}}},
		{"NAT: the first packet shows the address", []step{
			{count: 1, src: behind, want: behind}}},
		{"a stranger after the peer at its SDP address", []step{
			{count: 1, src: inSDP, want: inSDP},
			{count: 100, src: stranger, ssrc: 7, want: inSDP}}},
		{"a stranger with the peer's SSRC while the peer talks", []step{
			{count: 1, src: behind, want: behind},
			{count: 2, src: stranger, want: behind}, {count: 1, src: behind, want: behind},
			{count: 2, src: stranger, want: behind}, {count: 1, src: behind, want: behind},
			{count: 20, src: stranger, want: behind}, {count: 1, src: behind, want: behind}}},
		{"two packets do not move it", []step{
			{count: 1, src: behind, want: behind},
			{pause: 600 * ms, count: 2, src: rebound, want: behind}}},
		{"three do, after half a second of silence", []step{
			{count: 1, src: behind, want: behind},
			{pause: 600 * ms, count: 3, src: rebound, want: rebound}}},
		{"the silence is counted from the last packet", []step{
			{count: 1, src: behind, want: behind},
			{count: 24, src: rebound, want: behind}, // 480 ms
			{count: 1, src: rebound, want: rebound}}},
		{"packets of others break the row", []step{
			{count: 1, src: behind, want: behind},
			{pause: 600 * ms, count: 2, src: rebound, want: behind},
			{count: 1, src: stranger, want: behind},
			{count: 2, src: rebound, want: behind},
			{count: 1, src: rebound, want: rebound}}},
		{"another SSRC breaks the row", []step{
			{count: 1, src: behind, want: behind},
			{pause: 600 * ms, count: 2, src: rebound, want: behind},
			{count: 1, src: rebound, ssrc: 7, want: behind},
			{count: 2, src: rebound, want: behind},
			{count: 1, src: rebound, want: rebound}}},
		{"another SSRC never moves it", []step{
			{count: 1, src: behind, want: behind},
			{pause: time.Hour, count: 100, src: stranger, ssrc: 7, want: behind}}},
		{"an authentic packet moves it at once", []step{
			{count: 1, src: behind, want: behind},
			{count: 1, src: rebound, authentic: true, want: rebound}}},
		{"an authentic packet that is late does not", []step{
			{count: 1, src: rebound, authentic: true, want: rebound},
			{count: 1, src: behind, authentic: true, late: true, want: rebound}}},
		{"first packet authentic", []step{
			{count: 1, src: behind, authentic: true, want: behind}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := latch{addr: inSDP}
			var now time.Duration
			for i, s := range c.steps {
				now += s.pause
				ssrc := uint32(peerSSRC)
				if s.ssrc != 0 {
					ssrc = s.ssrc
				}
				for range s.count {
					now += 20 * ms
					before := l.addr
					moved := s.authentic && l.authentic(s.src, ssrc, !s.late, now) ||
						!s.authentic && l.clear(s.src, ssrc, now)
					if moved != (before != l.addr) {
						t.Errorf("step %d: moved %v, address %v after %v", i, moved, l.addr, before)
					}
				}
				if l.addr != s.want {
					t.Errorf("step %d: %v, want %v", i, l.addr, s.want)
				}
			}
		})
	}
}
