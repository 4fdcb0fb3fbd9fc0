package ua

import (
	"bytes"
	"math"
	"net/netip"
	"regexp"
	"sync"
	"testing"
	"time"

	"star18/audio/rtpstream/memnet"
	"star18/ua/rtpstat"
)

// reported makes both ends report and tell.
func reported(a, b *Config) {
	for _, c := range []*Config{a, b} {
		c.RTP.RTCP, c.RTP.StatsInBye, c.Stats = 5*time.Second, true, true
	}
}

// A minute over a path with 20 ms each way, in clear, by x-sipura and by keys in
// SDP: both ends know the round trip, tell statistics each second, and say in BYE
// and answer how it went.
func TestReports(t *testing.T) {
	for _, secure := range []string{"clear", "x-sipura", "sdes"} {
		t.Run(secure, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				var mu sync.Mutex
				var stats []string
				var control []memnet.Packet
				r := newRig(t, func(a, b *Config) {
					reported(a, b)
					if secure == "sdes" {
						a.Secure.Method, b.Secure.Method = MethodSDES, MethodSDES
					}
				})
				r.net.SetFilter(func(_, to netip.AddrPort, _ []byte) memnet.Verdict {
					if to.Port() < 10000 {
						return memnet.Verdict{}
					}
					return memnet.Verdict{Delay: 20 * time.Millisecond}
				})
				header := regexp.MustCompile(`P-RTP-Stat: ([^\r]*)`)
				r.net.Tap(func(p memnet.Packet) {
					mu.Lock()
					defer mu.Unlock()
					if m := header.FindSubmatch(p.Data); m != nil {
						stats = append(stats, string(m[1]))
					}
					if p.To.Port() > 10000 && p.To.Port()%2 == 1 {
						control = append(control, p)
					}
				})
				out, in := r.dial(secure != "clear")
				time.Sleep(time.Minute)
				out.Hangup()
				<-in.Done()
				<-out.Done()
				for _, e := range []Ended{out.Ended(), in.Ended()} {
					if d := e.Tx.RTTMS - 40; math.Abs(d) > 3 || e.MOS < 4 || e.Tx.Lost != 0 {
						t.Errorf("%+v", e)
					}
				}
				for _, e := range []*end{r.caller, r.callee} {
					if n := count[Stats](e); n < 55 || n > 61 {
						t.Errorf("%s told statistics %d times", e.user, n)
					}
				}
				if len(stats) != 2 {
					t.Fatalf("P-RTP-Stat %d times", len(stats))
				}
				for _, text := range stats {
					if s, ok := rtpstat.Parse(text); !ok || s.Seconds < 60 || s.Seconds > 62 || !onePacketApart(s.OctetsSent, s.PacketsSent) ||
						s.PacketsReceived < 2900 || !onePacketApart(s.OctetsReceived, s.PacketsReceived) || s.Encoder != "G711u" {
						t.Errorf("%s", text)
					}
				}
				checkControl(t, control, secure == "sdes")
				r.close()
			})
		})
	}
}

// onePacketApart: the sound goes on while it is counted, and packets and octets
// are not read in one moment. A packet holds 160 octets.
func onePacketApart(octets, packets uint64) bool {
	return octets/160 <= packets+1 && packets <= octets/160+1 && octets%160 == 0
}

// checkControl: on the port above there are reports and nothing else; they name
// neither line, and under keys of their own they are encrypted.
func checkControl(t *testing.T, control []memnet.Packet, encrypted bool) {
	t.Helper()
	if len(control) < 16 || len(control) > 60 {
		t.Errorf("%d reports in a minute", len(control))
	}
	for _, p := range control {
		if kind := p.Data[1]; p.Data[0]>>6 != 2 || kind != 200 && kind != 201 {
			t.Fatalf("%x on the port of reports", p.Data)
		}
		if bytes.Contains(p.Data, []byte(callerUser)) || bytes.Contains(p.Data, []byte(calleeUser)) {
			t.Error("a report names a line")
		}
		if sdes := bytes.Contains(p.Data, []byte{0, 0, 0, 0x81, 202}); sdes && encrypted {
			t.Error("a report in clear")
		}
	}
}

// A line without rtp.rtcp opens no second port and sends nothing on it.
func TestNoReports(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, _ *Config) { a.RTP.RTCP = 5 * time.Second })
		var odd int
		var mu sync.Mutex
		r.net.Tap(func(p memnet.Packet) {
			mu.Lock()
			defer mu.Unlock()
			if p.From.Addr() == calleeAddr.Addr() && p.From.Port()%2 == 1 {
				odd++
			}
		})
		out, in := r.dial(false)
		time.Sleep(20 * time.Second)
		in.Hangup()
		<-out.Done()
		if odd != 0 || out.Ended().Tx.RTTMS != 0 {
			t.Errorf("%d reports, %+v", odd, out.Ended())
		}
		r.close()
	})
}
