package ua

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"star18/audio/rtpstream/memnet"
	"star18/ua/lab"
)

// saying keeps what passes from an address, as SIP text.
func (r *rig) saying(from netip.Addr, method string) func() []string {
	var mu sync.Mutex
	var all []string
	r.net.Tap(func(p memnet.Packet) {
		if p.From.Addr() == from && bytes.HasPrefix(p.Data, []byte(method+" ")) {
			mu.Lock()
			defer mu.Unlock()
			all = append(all, string(p.Data))
		}
	})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return all
	}
}

var contactLine = regexp.MustCompile(`(?m)^Contact: (.*)\r$`)

func contactsOf(msg string) (out []string) {
	for _, m := range contactLine.FindAllStringSubmatch(msg, -1) {
		out = append(out, m[1])
	}
	return out
}

// behind is a socket behind a router: it believes in another address than the
// one that others see.
type behind struct {
	Socket
	inside netip.AddrPort
}

func (b *behind) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(b.inside) }

// RFC 3581 section 4: received and rport are how the registrar sees us. They go
// into Contact at once, the useless Contact is taken back with it, and calls
// find the way in.
func TestContactBehindNAT(t *testing.T) {
	virtual(t, func(t *testing.T) {
		inside, outside := netip.MustParseAddrPort("10.1.2.3:5060"), netip.MustParseAddrPort("198.51.100.7:40123")
		r, l := newLabRig(t, func(_, b *Config) {
			b.NAT, b.Listen = true, inside.String()
			listen := b.ListenUDP
			b.ListenUDP = func(at netip.AddrPort) (Socket, error) {
				if at.Port() != inside.Port() {
					return listen(netip.AddrPortFrom(calleeAddr.Addr(), at.Port()))
				}
				conn, err := listen(outside)
				return &behind{conn, inside}, err
			}
		}, nil)
		registers := r.saying(outside.Addr(), "REGISTER")
		r.await()
		time.Sleep(time.Second)
		all := registers()
		got := strings.Join(contactsOf(all[len(all)-1]), " | ")
		want := "<sip:" + calleeUser + "@198.51.100.7:40123> | <sip:" + calleeUser + "@10.1.2.3:5060>;expires=0"
		if got != want {
			t.Errorf("Contact %s\nwant    %s", got, want)
		}
		if n := len(all); n > 3 {
			t.Errorf("%d REGISTER until the Contact was right", n)
		}
		out := r.place(false)
		in := r.ring()
		if via := must[Registered](r.callee).Via; via != "udp 10.1.2.3:5060" {
			t.Errorf("via %q", via)
		}
		out.Hangup()
		<-in.Done()
		r.close()
		l.Close()
	})
}

// RFC 7616 section 3.4: while the nonce is good, no REGISTER but the first costs
// a challenge, the last one included.
func TestNonceServesAgain(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, l := newLabRig(t, nil, func(c *lab.Config) { c.MaxExpires = 20 * time.Second })
		registers := r.saying(callerAddr.Addr(), "REGISTER")
		r.await()
		time.Sleep(35 * time.Second) // renewed after 15 and 30 s, nonces live for 60
		if n := count[Registered](r.caller); n != 3 {
			t.Fatalf("registered %d times: %v", n, r.caller.names())
		}
		r.close()
		l.Close()
		all := registers()
		if n := len(all); n < 3 || n > 5 { // the first two may have passed before anybody looked
			t.Fatalf("%d REGISTER, want one challenged, two refreshes, one removal, each once", n)
		}
		for i, msg := range all[len(all)-3:] {
			if want := fmt.Sprintf("nc=%08d", i+2); !strings.Contains(msg, want) {
				t.Errorf("%s is not in\n%s", want, msg)
			}
		}
		if last := all[len(all)-1]; !strings.Contains(last, "\r\nExpires: 0\r\n") {
			t.Errorf("the last one:\n%s", last)
		}
	})
}

// A line that ends before its REGISTER was answered may be registered all the
// same, and takes that back.
func TestNothingStaysBehind(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, l := newLabRig(t, nil, nil)
		r.net.SetFilter(func(from, to netip.AddrPort, data []byte) memnet.Verdict {
			ok := from == labAddr && to == calleeAddr && bytes.HasPrefix(data, []byte("SIP/2.0 200")) && bytes.Contains(data, []byte("REGISTER"))
			return memnet.Verdict{Drop: ok}
		})
		time.Sleep(time.Second)
		if n := count[Registered](r.callee); n != 0 {
			t.Fatal("it knows that it is registered")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		begin := time.Now()
		if err := r.callee.Close(ctx); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took > unregisterLimit+time.Second {
			t.Errorf("the end took %v", took)
		}
		out := r.place(false)
		<-out.Done()
		if e := out.Ended(); e.Cause != CauseUnavailable && e.Cause != CauseNotFound {
			t.Errorf("a call to it ended %+v: the binding is still there", e)
		}
		r.close()
		l.Close()
	})
}

// RFC 3261 section 8.1.2: an outbound proxy is a preloaded Route, in REGISTER
// and in INVITE; what it routes still arrives.
func TestOutboundProxyIsARoute(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, l := newLabRig(t, func(a, _ *Config) { a.Proxy, a.OutboundProxy = "", labAddr.String() }, nil)
		registers, invites := r.saying(callerAddr.Addr(), "REGISTER"), r.saying(callerAddr.Addr(), "INVITE")
		r.await()
		out, in := r.dial(false)
		for _, msg := range append(registers(), invites()...) {
			if !strings.Contains(msg, "\r\nRoute: <sip:192.0.2.254:5060;lr>\r\n") {
				t.Errorf("no Route:\n%s", msg)
			}
		}
		out.Hangup()
		<-in.Done()
		r.close()
		l.Close()
	})
}

// RFC 3608: what the registrar names in Service-Route, requests outside a dialog
// take; what is no loose route, or too long, is left alone.
func TestServiceRoute(t *testing.T) {
	for _, tt := range []struct{ header, route string }{
		{"<sip:192.0.2.254:5060;lr>", "<sip:192.0.2.254:5060;lr>"},
		{"<sip:192.0.2.254:5060;lr>,<sip:192.0.2.254;lr>", "<sip:192.0.2.254:5060;lr>"},
		{"<sip:192.0.2.254:5060>", ""},
		{"nonsense", ""},
		{strings.Repeat("<sip:192.0.2.254;lr>,", 20) + "<sip:192.0.2.254;lr>", ""},
	} {
		t.Run(tt.header[:min(len(tt.header), 40)], func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r, l := newLabRig(t, func(a, _ *Config) {
					hear(a, func(msg []byte) []byte {
						if bytes.HasPrefix(msg, []byte("SIP/2.0 200")) && bytes.Contains(msg, []byte(" REGISTER\r\n")) {
							return bytes.Replace(msg, []byte("\r\nContact: "), []byte("\r\nService-Route: "+tt.header+"\r\nContact: "), 1)
						}
						return msg
					})
				}, nil)
				invites := r.saying(callerAddr.Addr(), "INVITE")
				r.await()
				out, in := r.dial(false)
				msg := invites()[0]
				if got := strings.Contains(msg, "\r\nRoute: "); got != (tt.route != "") {
					t.Errorf("a Route: %v", got)
				}
				if tt.route != "" && !strings.Contains(msg, "\r\nRoute: "+tt.route) {
					t.Errorf("want Route %s in\n%s", tt.route, msg)
				}
				out.Hangup()
				<-in.Done()
				r.close()
				l.Close()
			})
		})
	}
}

// listener is a socket that changes what it hears.
type listener struct {
	Socket
	change func([]byte) []byte
}

func (s *listener) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := s.Socket.ReadFrom(b)
	if err != nil {
		return n, from, err
	}
	return copy(b, s.change(bytes.Clone(b[:n]))), from, nil
}

func hear(cfg *Config, change func([]byte) []byte) {
	listen := cfg.ListenUDP
	cfg.ListenUDP = func(at netip.AddrPort) (Socket, error) {
		conn, err := listen(at)
		if err == nil && at.Port() == 5060 {
			return &listener{conn, change}, nil
		}
		return conn, err
	}
}

// A secured call goes on from another address: heard, hearing, secured, and
// ended by either side.
func TestCallMovesWithItsLine(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newWatched(t, nil)
		out, in := w.dial(true)
		time.Sleep(2 * time.Second)
		if count[Secured](w.callee) != 1 {
			t.Fatalf("not secured: %v", w.callee.names())
		}
		packets := w.watchRTP()
		w.moveTo("192.0.2.77")
		w.callee.NetworkChanged()
		time.Sleep(3 * time.Second)
		checkAlive(t, w.rig)
		if n := len(packets(netip.MustParseAddr("192.0.2.77"))); n < 100 {
			t.Errorf("%d packets from the new address in 3 s", n)
		}
		for _, e := range []*end{w.caller, w.callee} {
			if count[NotSecured](e) != 0 || count[Ended](e) != 0 {
				t.Errorf("%s: %v", e.user, e.names())
			}
		}
		out.Hangup()
		<-in.Done()
		if e := in.Ended(); e.Secure != SecureDone || e.Cause != CauseHangup {
			t.Errorf("%+v", e)
		}
		w.end()
	})
}

// A registrar that was started again within two seconds has lost the line, and
// answers every plain OPTIONS: only the line's own reflection is missing.
func TestRegistrarStartedAgainQuickly(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newWatched(t, nil)
		time.Sleep(100 * time.Second)
		w.lab.Dead(2 * time.Second)
		time.Sleep(2 * time.Second)
		if took := w.back(); took > 16*time.Second {
			t.Errorf("reachable after %v, want one keepalive at most", took)
		}
		w.end()
	})
}

// Of two servers by SRV the second takes the line within 3 s when the first one
// is dead (RFC 3263 section 4.3), and nobody is told of a failure.
func TestRegistrarFailover(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, l := newLabRig(t, func(a, _ *Config) { a.Register = false }, nil)
		cfg := r.config(callerUser, netip.MustParseAddrPort("192.0.2.9:5060"), labAddr)
		cfg.Register, cfg.Expires, cfg.Domain, cfg.Proxy = true, time.Hour, labDomain, "pbx.test"
		third := r.newEnd(cfg, callerTone)
		third.resolver = siteOf(deadServer, labAddr)
		begin := time.Now()
		third.Start()
		if err := third.AwaitRegistered(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took > recovered {
			t.Errorf("registered after %v", took)
		}
		sameEvents(t, third, "registered")
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		third.Close(ctx)
		r.close()
		l.Close()
	})
}
