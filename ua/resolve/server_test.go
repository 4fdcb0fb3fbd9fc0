package resolve

import (
	"context"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// testServer is a name server on one port, UDP and TCP.
func testServer(t *testing.T, answer dns.HandlerFunc) string {
	t.Helper()
	var pc net.PacketConn
	var ln net.Listener
	for range 20 { // the same port of both
		var err error
		if pc, err = net.ListenPacket("udp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		if ln, err = net.Listen("tcp", pc.LocalAddr().String()); err == nil {
			break
		}
		pc.Close()
	}
	for _, s := range []*dns.Server{{PacketConn: pc, Handler: answer}, {Listener: ln, Handler: answer}} {
		done := make(chan struct{})
		up := make(chan struct{})
		s.NotifyStartedFunc = func() { close(up) }
		go func() { defer close(done); _ = s.ActivateAndServe() }()
		<-up
		t.Cleanup(func() { _ = s.Shutdown(); <-done })
	}
	return pc.LocalAddr().String()
}

func overTCP(w dns.ResponseWriter) bool { return w.RemoteAddr().Network() == "tcp" }

func srvQuestion() *dns.Msg {
	m := new(dns.Msg)
	return m.SetQuestion("_sip._udp.example.com.", dns.TypeSRV)
}

// reference answers with n SRV records, truncated by UDP if they do not fit.
func reference(n int) dns.HandlerFunc {
	return func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg)
		m.SetReply(q)
		for i := range n {
			m.Answer = append(m.Answer, &dns.SRV{
				Hdr:  dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeSRV, Class: dns.ClassINET, Ttl: 60},
				Port: uint16(5060 + i), Target: "server.example.com.",
			})
		}
		if !overTCP(w) {
			m.Truncate(dns.MinMsgSize)
		}
		_ = w.WriteMsg(m)
	}
}

func mustAsk(t *testing.T, servers ...string) *dns.Msg {
	t.Helper()
	in, err := askServers(t.Context(), srvQuestion(), servers)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// RFC 7766 section 5: what is truncated comes by TCP.
func TestTruncatedComesByTCP(t *testing.T) {
	at := testServer(t, reference(40))
	if in := mustAsk(t, at); len(in.Answer) != 40 || in.Truncated {
		t.Errorf("%d of 40 records, truncated: %v", len(in.Answer), in.Truncated)
	}
}

func TestNextServer(t *testing.T) {
	good := testServer(t, reference(1))
	var asked atomic.Int32
	fault := func(answer func(q *dns.Msg) *dns.Msg) string {
		return testServer(t, func(w dns.ResponseWriter, q *dns.Msg) {
			asked.Add(1)
			_ = w.WriteMsg(answer(q))
		})
	}
	for name, bad := range map[string]string{
		"that fails": fault(func(q *dns.Msg) *dns.Msg { return new(dns.Msg).SetRcode(q, dns.RcodeServerFailure) }),
		"that answers another question": fault(func(q *dns.Msg) *dns.Msg {
			m := new(dns.Msg).SetReply(q)
			m.Question[0].Name = "bank.test."
			return m
		}),
		"that is not there": "127.0.0.1:1",
	} {
		t.Run(name, func(t *testing.T) {
			if in := mustAsk(t, bad, good); len(in.Answer) != 1 {
				t.Errorf("%v", in)
			}
			if _, err := askServers(t.Context(), srvQuestion(), []string{bad}); err == nil || !strings.Contains(err.Error(), bad) {
				t.Errorf("%v; want the server named", err)
			}
		})
	}
	if asked.Load() != 6 { // once before the good one, twice alone; two servers
		t.Errorf("asked %d times, want 6", asked.Load())
	}
}

// "There is no such name" is an answer: nobody else is asked.
func TestNoSuchNameIsAnAnswer(t *testing.T) {
	at := testServer(t, func(w dns.ResponseWriter, q *dns.Msg) { _ = w.WriteMsg(new(dns.Msg).SetRcode(q, dns.RcodeNameError)) })
	if in := mustAsk(t, at); len(in.Answer) != 0 {
		t.Errorf("%v", in)
	}
}

// A caller that gives up does not wait for a server that is silent.
func TestGivingUp(t *testing.T) {
	silent := testServer(t, func(dns.ResponseWriter, *dns.Msg) {})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := askServers(ctx, srvQuestion(), []string{silent}); err == nil {
		t.Error("a silent server answered")
	}
	if took := time.Since(start); took > serverLimit {
		t.Errorf("gave up after %v", took)
	}
}

// Any message a server may send is read within bounds.
func FuzzRead(f *testing.F) {
	m := srvQuestion()
	m.Answer = append(m.Answer,
		&dns.CNAME{Hdr: dns.RR_Header{Name: "_sip._udp.example.com.", Rrtype: dns.TypeCNAME, Class: dns.ClassINET}, Target: "x.test."},
		&dns.SRV{Hdr: dns.RR_Header{Name: "x.test.", Rrtype: dns.TypeSRV, Class: dns.ClassINET}, Target: "y.test."})
	packed, err := m.Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed)
	f.Fuzz(func(t *testing.T, data []byte) {
		m := new(dns.Msg)
		if m.Unpack(data) != nil {
			return
		}
		for _, kind := range []uint16{dns.TypeSRV, dns.TypeNAPTR} {
			r := read(m, "_sip._udp.example.com.", kind)
			if len(r.records) > maxRecords || r.ttl < 0 || r.ttl > longest {
				t.Errorf("%d records for %v", len(r.records), r.ttl)
			}
			order(of[*dns.SRV](r), func(int) int { return 0 })
			services(of[*dns.NAPTR](r), nil)
		}
	})
}

// Where no file names a server: NAPTR is not to be had, and that is no fault.
func TestForeignHasNoNAPTR(t *testing.T) {
	in, err := foreign(t.Context(), new(dns.Msg).SetQuestion("example.com.", dns.TypeNAPTR))
	if err != nil || len(in.Answer) != 0 {
		t.Errorf("%v, %v", in, err)
	}
}

// The system's own names count: /etc/hosts has this one everywhere.
func TestHosts(t *testing.T) {
	if _, err := os.Stat("/etc/hosts"); err != nil {
		t.Skip("this machine names itself elsewhere, or not at all:", err)
	}
	addrs, err := hosts(t.Context(), "localhost")
	if err != nil || len(addrs) == 0 || !addrs[0].Unmap().IsLoopback() {
		t.Errorf("%v, %v", addrs, err)
	}
}
