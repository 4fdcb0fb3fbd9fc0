package rtpstream

import (
	"net/netip"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"

	"star18/audio/rtpstream/memnet"
)

// above is the port of a stream's reports.
func above(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr(), a.Port()+1) }

// reporting is a call whose ends report every five seconds on the port above.
func reporting(t *testing.T, change func(who int, c *Config)) (*memnet.Network, *end, *end, *wiretap) {
	t.Helper()
	var n *memnet.Network
	var late []func()
	n = memnet.New()
	make1 := func(who int, addr, peer netip.AddrPort, hz float64, ssrc uint32) *end {
		e := newEnd(t, n, addr, hz, func(c *Config) {
			c.Remote, c.SSRC = peer, ssrc
			conn, err := n.Listen(above(addr))
			must(t, err)
			c.RTCP = RTCP{Conn: conn, Interval: 5 * time.Second, CNAME: "drawn at random"}
			if change != nil {
				change(who, c)
			}
		})
		late = append(late, e.Start)
		return e
	}
	alice := make1(0, aliceAddr, bobAddr, aliceHz, 0xa11ce)
	bob := make1(1, bobAddr, aliceAddr, bobHz, 0xb0b)
	w := tap(n, above(aliceAddr))
	for _, start := range late {
		start()
	}
	return n, alice, bob, w
}

// reports are the RTCP packets of a tap, which must be well formed compounds:
// a report first and a CNAME in each (RFC 3550 section 6.1).
func reports(t *testing.T, w *wiretap) (list [][]rtcp.Packet) {
	t.Helper()
	for _, p := range w.all() {
		packets, err := rtcp.Unmarshal(p.Data)
		if err != nil {
			t.Fatalf("%v: %x", err, p.Data)
		}
		if err := rtcp.CompoundPacket(packets).Validate(); err != nil {
			t.Errorf("%v: %v", err, packets)
		}
		list = append(list, packets)
	}
	return list
}

// A minute of talk over a network with delay and loss: reports come at random
// within their bounds, say what was sent, and tell each side the round trip and
// how the other one receives it; the last one says BYE.
func TestReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, bob, w := reporting(t, nil)
		drop := memnet.Lose(7, 0.05)
		n.SetFilter(func(from, to netip.AddrPort, data []byte) memnet.Verdict {
			v := memnet.Verdict{Delay: 30 * time.Millisecond}
			if from == aliceAddr {
				v.Drop = drop(from, to, data).Drop
			}
			return v
		})
		pass(time.Minute)
		seen := len(w.all())
		if seen < 8 || seen > 24 {
			t.Errorf("%d reports in a minute", seen)
		}
		for who, e := range map[string]*end{"alice": alice, "bob": bob} {
			v := e.Stats().Remote
			if d := v.RTT - 60*time.Millisecond; d.Abs() > 5*time.Millisecond || v.Reports < 5 {
				t.Errorf("%s: %+v", who, v)
			}
		}
		if got := alice.Stats().Remote.Lost; got < 80 || got > 230 {
			t.Errorf("bob has lost %d of 3000", got)
		}
		if got := bob.Stats().Remote.Lost; got != 0 {
			t.Errorf("alice has lost %d", got)
		}
		alice.Close()
		all := reports(t, w)
		last := all[len(all)-1]
		if _, ok := last[len(last)-1].(*rtcp.Goodbye); !ok || len(all) != seen+1 {
			t.Errorf("the last report is %v", last)
		}
		sr, ok := all[seen-1][0].(*rtcp.SenderReport)
		if !ok || sr.SSRC != 0xa11ce || sr.PacketCount < 2500 || sr.OctetCount != sr.PacketCount*160 {
			t.Errorf("%+v", sr)
		}
		checkMediaTime(t, all[:seen])
	})
}

// The timestamps of the reports go with their times: 8000 in a second.
func checkMediaTime(t *testing.T, all [][]rtcp.Packet) {
	t.Helper()
	first, last := all[0][0].(*rtcp.SenderReport), all[len(all)-1][0].(*rtcp.SenderReport)
	passed := float64(last.NTPTime-first.NTPTime) / (1 << 32)
	units := float64(last.RTPTime - first.RTPTime)
	if d := units - passed*8000; d < -400 || d > 400 {
		t.Errorf("%v units in %v s", units, passed)
	}
}

// On one port with the stream (RFC 5761) nothing of the reports is taken for
// sound, and they are read.
func TestReportsShareThePort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob, w := reporting(t, func(_ int, c *Config) {
			if c.SSRC == 0xa11ce {
				_ = c.RTCP.Conn.Close()
				c.RTCP.Conn = nil
			}
		})
		alice.SetRemoteRTCP(netip.AddrPort{}, true)
		bob.SetRemoteRTCP(netip.AddrPort{}, true)
		pass(30 * time.Second)
		for _, e := range []*end{alice, bob} {
			if s := e.Stats(); s.Remote.Reports < 2 || s.Playout.Lost+s.Rejected() != 0 {
				t.Errorf("%+v", s)
			}
		}
		if n := len(w.all()); n != 0 {
			t.Errorf("%d packets on the port above", n)
		}
		bob.mustHear(aliceHz)
	})
}

// A stream with keys of its own reports by SRTCP only: nobody reads or forges it,
// and the index goes on under each key (RFC 3711 section 3.4).
func TestReportsUnderKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := protections(t, 1, 2, HMACSHA1_32)
		n, alice, bob, w := reporting(t, func(who int, c *Config) {
			c.Protection = []*Protection{&a, &b}[who]
		})
		pass(30 * time.Second)
		n.Inject(above(aliceAddr), above(bobAddr), w.all()[0].Data) // played again
		forged, err := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: 0xa11ce, Reports: []rtcp.ReceptionReport{{SSRC: 0xb0b, TotalLost: 777}}}})
		must(t, err)
		n.Inject(above(aliceAddr), above(bobAddr), forged)
		pass(time.Second)
		a2, b2 := protections(t, 3, 4, HMACSHA1_80)
		must(t, alice.Rekey(a2))
		must(t, bob.Rekey(b2))
		before := bob.Stats().Remote
		pass(30 * time.Second)
		if v := bob.Stats().Remote; v.Reports < before.Reports+2 || v.Lost != 0 || v.RTTCounts == 0 {
			t.Errorf("%+v after %+v", v, before)
		}
		for i, p := range w.all() {
			// The first eight octets are clear; what follows is not, and ends with
			// the E bit and the index, and the tag.
			if trailer := p.Data[len(p.Data)-14:]; trailer[0]&0x80 == 0 {
				t.Errorf("packet %d is not encrypted: %x", i, p.Data)
			}
		}
	})
}

// Statistics only: a BYE in a report, or an SSRC, ends and moves nothing; and a
// stranger's reports, even with the right numbers, are not read.
func TestReportsAreNotActedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, bob, _ := reporting(t, nil)
		n.SetFilter(func(from, _ netip.AddrPort, _ []byte) memnet.Verdict {
			return memnet.Verdict{Drop: from == above(aliceAddr)}
		})
		pass(time.Second)
		lie, err := rtcp.Marshal([]rtcp.Packet{
			&rtcp.ReceiverReport{SSRC: 0xa11ce, Reports: []rtcp.ReceptionReport{{SSRC: 0xb0b, TotalLost: 777}}},
			&rtcp.Goodbye{Sources: []uint32{0xa11ce, 0xb0b}},
		})
		must(t, err)
		n.Inject(stranger, above(bobAddr), lie)
		pass(100 * time.Millisecond)
		if v := bob.Stats().Remote; v.Lost != 0 {
			t.Errorf("a stranger was believed: %+v", v)
		}
		n.Inject(above(aliceAddr), above(bobAddr), lie)
		pass(100 * time.Millisecond)
		if v := bob.Stats().Remote; v.Lost != 777 {
			t.Errorf("%+v", v)
		}
		bob.mustHear(aliceHz)
		alice.mustHear(bobHz)
	})
}

// Reports go to where the peer's come from if the peer is there, and never
// elsewhere.
func TestReportsFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, _, bob, _ := reporting(t, func(_ int, c *Config) { c.Symmetric = true })
		var last atomic.Pointer[netip.AddrPort]
		n.Tap(func(p memnet.Packet) {
			if p.From == above(bobAddr) {
				last.Store(&p.To)
			}
		})
		pass(8 * time.Second)
		if to := last.Load(); to == nil || *to != above(aliceAddr) {
			t.Errorf("reports go to %v", to)
		}
		mine, err := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: 0xa11ce, Reports: []rtcp.ReceptionReport{{SSRC: 0xb0b}}}})
		must(t, err)
		odd := netip.AddrPortFrom(aliceAddr.Addr(), 40001)
		n.SetFilter(func(from, _ netip.AddrPort, _ []byte) memnet.Verdict {
			return memnet.Verdict{Drop: from == above(aliceAddr)}
		})
		n.Inject(odd, above(bobAddr), mine)
		n.Inject(stranger, above(bobAddr), mine)
		pass(8 * time.Second)
		if to := last.Load(); *to != odd {
			t.Errorf("reports go to %v, want %v", to, odd)
		}
		_ = bob
	})
}

// A flood of reports is bounded by the queue, and the stream goes on.
func TestReportFlood(t *testing.T) {
	s := stepStream(t, &sinkConn{})
	s.reporter = newReporter(s, Config{RTCP: RTCP{Interval: time.Second}, Codec: s.format.Codec})
	s.SetRemoteRTCP(netip.AddrPort{}, true)
	packet := make([]byte, 40)
	packet[0], packet[1], packet[3] = 0x80, 200, 9 // ten words
	for range 100 {
		s.receive.handle(packet, bobAddr, time.Now())
	}
	if n := len(s.reporter.queue); n != controlQueue {
		t.Errorf("%d packets wait", n)
	}
	if n := testing.AllocsPerRun(100, func() { s.receive.handle(packet, bobAddr, time.Now()) }); n != 0 {
		t.Errorf("%v allocations for what is dropped", n)
	}
}
