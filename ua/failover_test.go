package ua

import (
	"context"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/miekg/dns"

	"star18/ua/resolve"
)

var deadServer = netip.MustParseAddrPort("192.0.2.50:5060")

// siteOf gives the caller's domain these servers, in order, by SRV.
func siteOf(servers ...netip.AddrPort) *resolve.Resolver {
	return resolve.New(resolve.Config{
		Exchange: func(_ context.Context, q *dns.Msg) (*dns.Msg, error) {
			m := new(dns.Msg).SetReply(q)
			if q.Question[0].Qtype != dns.TypeSRV || q.Question[0].Name != "_sip._udp.pbx.test." {
				return m, nil
			}
			for i, s := range servers {
				m.Answer = append(m.Answer, &dns.SRV{
					Hdr:      dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeSRV, Class: dns.ClassINET, Ttl: 3600},
					Priority: uint16(i), Port: s.Port(), Target: s.Addr().String(),
				})
			}
			return m, nil
		},
		Hosts: func(_ context.Context, name string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr(name)}, nil
		},
	})
}

// serverSaying is a server that answers each INVITE with this status.
func serverSaying(t *testing.T, r *rig, status int) (asked *atomic.Int32) {
	t.Helper()
	conn, err := r.net.Listen(deadServer)
	if err != nil {
		t.Fatal(err)
	}
	asked = new(atomic.Int32)
	go func() {
		buf := make([]byte, 8192)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			msg, err := sip.ParseMessage(buf[:n])
			req, ok := msg.(*sip.Request)
			if err != nil || !ok || !req.IsInvite() {
				continue
			}
			asked.Add(1)
			_, _ = conn.WriteTo([]byte(sip.NewResponseFromRequest(req, status, "As The Test Says", nil).String()), from)
		}
	}()
	t.Cleanup(func() { conn.Close() })
	return asked
}

// RFC 3263 section 4.3: a server that does not answer, or says 503, costs time
// and not the call; the next call does not pay again.
func TestNextServer(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int // 0: it is not there
		within time.Duration
	}{
		{"silence", 0, silentServer + time.Second},
		{"503", sip.StatusServiceUnavailable, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, func(a, _ *Config) { a.Proxy = "pbx.test" })
				asked := new(atomic.Int32)
				if c.status != 0 {
					asked = serverSaying(t, r, c.status)
				}
				r.caller.resolver = siteOf(deadServer, calleeAddr)
				start := time.Now()
				out, in := r.dial(false)
				if took := time.Since(start); took > c.within {
					t.Errorf("the first call was answered after %v, want %v", took, c.within)
				}
				out.Hangup()
				<-in.Done()
				<-out.Done()

				before := asked.Load()
				start = time.Now()
				out, in = r.dial(false)
				if took := time.Since(start); took > time.Second || asked.Load() != before {
					t.Errorf("the second call paid again: %v", took)
				}
				out.Hangup()
				<-in.Done()
				<-out.Done()
				r.close()
			})
		})
	}
}

// What the called party says is final, whichever server carried it.
func TestBusyIsNoFailure(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, _ *Config) { a.Proxy = "pbx.test" })
		asked := serverSaying(t, r, sip.StatusBusyHere)
		r.caller.resolver = siteOf(deadServer, calleeAddr)
		out := r.place(false)
		<-out.Done()
		if e := out.Ended(); e.Cause != CauseBusy || asked.Load() != 1 {
			t.Errorf("%+v after %d INVITEs, want busy after one", e, asked.Load())
		}
		r.close()
	})
}

// Without another server the one has the transaction's time; hanging up ends
// the search.
func TestNoServerLeft(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, _ *Config) { a.Proxy = "pbx.test" })
		r.caller.resolver = siteOf(deadServer, netip.MustParseAddrPort("192.0.2.51:5060"))
		start := time.Now()
		out := r.place(false)
		<-out.Done()
		if e, took := out.Ended(), time.Since(start); e.Cause != CauseUnreachable || took < 36*time.Second || took > 37*time.Second {
			t.Errorf("%+v after %v, want unreachable after 4 s and 32 s", e, took)
		}
		out = r.place(false)
		time.Sleep(time.Second)
		out.Hangup()
		<-out.Done()
		if e := out.Ended(); e.Cause != CauseCancelled {
			t.Errorf("%+v, want cancelled", e)
		}
		r.close()
	})
}
