package ua

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/audio/rtpstream/memnet"
	"star18/ua/lab"
	"star18/ua/sipnet"
	"star18/ua/sipnet/memstream"
)

var labTLS = netip.MustParseAddrPort("192.0.2.254:5061")

// streamRig is a lab rig whose lines speak only t.
type streamRig struct {
	*rig
	lab     *lab.Lab
	streams *memstream.Network
	udp     atomic.Int32 // SIP datagrams
}

func newStreamRig(t *testing.T, transport sipnet.Transport, change func(a, b *Config)) *streamRig {
	t.Helper()
	s := &streamRig{streams: memstream.New()}
	cert, roots := labCertificate(time.Now().Add(time.Hour))
	s.rig, s.lab = newLabRig(t, func(a, b *Config) {
		for _, c := range []*Config{a, b} {
			c.Transport, c.TLS.Roots = transport, roots
			c.ListenTCP, c.DialTCP = s.streams.Listen, s.streams.Dial
			if transport == sipnet.TLS {
				c.Proxy = labTLS.String()
			}
		}
		if change != nil {
			change(a, b)
		}
	}, func(c *lab.Config) {
		c.TCP = good(s.streams.Listen(labAddr))
		c.TLS = tls.NewListener(good(s.streams.Listen(labTLS)), &tls.Config{Certificates: []tls.Certificate{cert}})
	})
	s.net.Tap(func(p memnet.Packet) {
		if p.To.Port() < 10000 {
			s.udp.Add(1)
		}
	})
	return s
}

// labCertificate is the lab's own, for its address.
func labCertificate(until time.Time) (tls.Certificate, *x509.CertPool) {
	key := good(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "lab"}, IPAddresses: []net.IP{labAddr.Addr().AsSlice()},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: until, IsCA: true, BasicConstraintsValid: true,
	}
	der := good(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))
	roots := x509.NewCertPool()
	roots.AddCert(good(x509.ParseCertificate(der)))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

func (s *streamRig) finish() {
	s.rig.close()
	s.lab.Close()
	time.Sleep(time.Minute)
}

// A line of either stream transport registers and makes a secured call over one
// connection, takes its calls over the same, and never says a word by UDP.
func TestSecuredOverStreams(t *testing.T) {
	for _, transport := range []sipnet.Transport{sipnet.TCP, sipnet.TLS} {
		t.Run(transport.String(), func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				s := newStreamRig(t, transport, nil)
				s.await()
				if via := must[Registered](s.caller).Via; !strings.HasPrefix(via, transport.String()+" 192.0.2.1:") {
					t.Errorf("registered via %q", via)
				}
				out, in := s.dial(true)
				time.Sleep(3 * time.Second)
				checkAlive(t, s.rig)
				must[Secured](s.caller)
				must[Secured](s.callee)
				out.Hangup()
				<-in.Done()
				<-out.Done()
				if e := in.Ended(); e.By != Remote || e.Cause != CauseHangup {
					t.Errorf("callee: %+v", e)
				}
				// And the other way round.
				back, err := s.callee.Dial(t.Context(), Target{Dialed: callerUser, Number: callerUser, Secure: true})
				if err != nil {
					t.Fatal(err)
				}
				ringing := <-s.caller.Incoming()
				if err := ringing.Answer(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(3 * time.Second)
				ringing.Hangup()
				<-back.Done()
				if e := back.Ended(); e.Secure != SecureDone {
					t.Errorf("the way back: %+v", e)
				}
				s.finish()
				if n := s.udp.Load(); n != 0 {
					t.Errorf("%d SIP datagrams", n)
				}
				if n := s.streams.Dials(labAddr) + s.streams.Dials(labTLS); n != 2 {
					t.Errorf("%d connections for two lines", n)
				}
			})
		})
	}
}

// The connection breaks in a call: the line registers again at once, the call
// goes on, its end is heard at the other side, and the next call arrives.
func TestConnectionLostInCall(t *testing.T) {
	for _, transport := range []sipnet.Transport{sipnet.TCP, sipnet.TLS} {
		t.Run(transport.String(), func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				s := newStreamRig(t, transport, nil)
				s.await()
				out, in := s.dial(true)
				time.Sleep(3 * time.Second)
				s.streams.Cut(calleeAddr.Addr())
				time.Sleep(2 * time.Second)
				if n := count[Registered](s.callee); n != 2 {
					t.Errorf("registered %d times within 2 s of the loss", n)
				}
				checkAlive(t, s.rig)
				out.Hangup()
				<-in.Done()
				<-out.Done()
				if e := in.Ended(); e.Cause != CauseHangup || e.Secure != SecureDone {
					t.Errorf("callee: %+v", e)
				}
				if e := out.Ended(); e.Cause != CauseHangup {
					t.Errorf("caller: %+v", e)
				}
				again, last := s.dial(true)
				again.Hangup()
				<-last.Done()
				s.finish()
			})
		})
	}
}

// A server that is not who it should be is not registered with, and the event
// says which setting to look at.
func TestWrongServer(t *testing.T) {
	virtual(t, func(t *testing.T) {
		s := newStreamRig(t, sipnet.TLS, func(a, _ *Config) { a.TLS.Roots = x509.NewCertPool() })
		if err := s.caller.AwaitRegistered(t.Context()); err == nil || !strings.Contains(err.Error(), "sip.tls.ca_file") {
			t.Errorf("%v", err)
		}
		if e := must[RegistrationFailed](s.caller); !strings.Contains(e.Reason, "CA that is not trusted") {
			t.Errorf("%q", e.Reason)
		}
		s.finish()
		if n := s.udp.Load(); n != 0 {
			t.Errorf("%d datagrams went in clear", n)
		}
	})
}

// An INVITE too long for a datagram goes by TCP, what is short by UDP, in one
// call; where TCP is refused or swallowed the secured call costs a second at
// most.
func TestLongRequestsOfACall(t *testing.T) {
	for name, tt := range map[string]struct {
		listens, silent bool
		tcp             bool
	}{"tcp": {true, false, true}, "refused": {false, false, false}, "silent": {false, true, false}} {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				net := memstream.New()
				var long atomic.Int32
				r := newRig(t, func(a, b *Config) {
					a.DialTCP, b.DialTCP = net.Dial, net.Dial
					if tt.listens {
						a.ListenTCP, b.ListenTCP = net.Listen, net.Listen
					}
					a.UserAgent = strings.Repeat("x", 1100) // every request of the caller's is long
				})
				net.Silence(calleeAddr, tt.silent)
				r.net.Tap(func(p memnet.Packet) {
					if p.From == callerAddr && len(p.Data) > 1300 && !bytes.HasPrefix(p.Data, []byte("SIP/2.0")) && p.To.Port() < 10000 {
						long.Add(1)
					}
				})
				start := time.Now()
				out, in := r.dial(true)
				time.Sleep(3 * time.Second)
				must[Secured](r.caller)
				if took := in.answeredAt.Sub(start); took > 1500*time.Millisecond {
					t.Errorf("answered after %v", took)
				}
				out.Hangup()
				<-in.Done()
				r.close()
				if (long.Load() == 0) != tt.tcp {
					t.Errorf("%d long datagrams", long.Load())
				}
				if n := net.Dials(calleeAddr); n != 1 {
					t.Errorf("%d attempts at TCP", n)
				}
			})
		})
	}
}

// Keys in SDP are hidden from the network where TLS carries them, and only there.
func TestKeysInSDPOverStreams(t *testing.T) {
	for _, transport := range []sipnet.Transport{sipnet.TCP, sipnet.TLS} {
		virtual(t, func(t *testing.T) {
			s := newStreamRig(t, transport, func(a, b *Config) {
				a.Secure.Method, b.Secure.Method = MethodSDES, MethodSDES
			})
			s.await()
			out, in := s.dial(true)
			time.Sleep(3 * time.Second)
			for _, e := range []*end{s.caller, s.callee} {
				if got := must[Secured](e); got.Method != MethodSDES || got.KeysInClear != (transport != sipnet.TLS) {
					t.Errorf("%s over %s: %+v", e.user, transport, got)
				}
			}
			out.Hangup()
			<-in.Done()
			s.finish()
		})
	}
}

// A connection dies without a word, as behind a router that was switched off for
// a while: the line finds out and is reachable over another one.
func TestSilentlyDeadConnection(t *testing.T) {
	virtual(t, func(t *testing.T) {
		s := newStreamRig(t, sipnet.TLS, func(a, b *Config) { a.Keepalive, b.Keepalive = 15*time.Second, 15*time.Second })
		s.await()
		time.Sleep(time.Minute)
		s.streams.Silence(labTLS, true)
		s.streams.Freeze()
		time.Sleep(30 * time.Second)
		s.streams.Silence(labTLS, false)
		time.Sleep(3 * time.Second)
		for _, e := range []*end{s.caller, s.callee} {
			if n := count[Registered](e); n < 2 {
				t.Errorf("%s: %v", e.user, e.names())
			}
		}
		out, in := s.dial(true)
		time.Sleep(time.Second)
		must[Secured](s.callee)
		out.Hangup()
		<-in.Done()
		s.finish()
	})
}

// A line that does not register is still reached over the connection that its
// call was made by: the other side hangs up.
func TestUnregisteredOverStreams(t *testing.T) {
	for _, transport := range []sipnet.Transport{sipnet.TCP, sipnet.TLS} {
		virtual(t, func(t *testing.T) {
			s := newStreamRig(t, transport, func(a, _ *Config) { a.Register = false })
			s.await()
			out, in := s.dial(true)
			time.Sleep(time.Second)
			in.Hangup()
			<-out.Done()
			if e := out.Ended(); e.By != Remote || e.Cause != CauseHangup || e.Secure != SecureDone {
				t.Errorf("%s: %+v", transport, e)
			}
			s.finish()
		})
	}
}

// A line of WebSockets reaches others of them through its own server, whatever the
// routes call that; its Contact names the transport as RFC 7118 does, and what is
// inside TLS counts as such.
func TestWebSocketTargets(t *testing.T) {
	virtual(t, func(t *testing.T) {
		streams := memstream.New()
		r := newRig(t, func(a, b *Config) {
			for c, transport := range map[*Config]sipnet.Transport{a: sipnet.WSS, b: sipnet.WS} {
				c.Transport, c.ListenTCP, c.DialTCP = transport, streams.Listen, streams.Dial
				c.Proxy = "192.0.2.254:8089"
			}
		})
		for _, tc := range []struct{ uri, inTLS, plain string }{
			{"sip:x@198.51.100.7;transport=ws", "wss 192.0.2.254:8089", "ws 192.0.2.254:8089"},
			{"sip:df7j.invalid;transport=wss;lr", "wss 192.0.2.254:8089", "ws 192.0.2.254:8089"},
			{"sip:x@" + labDomain, "wss 192.0.2.254:8089", "ws 192.0.2.254:8089"},
			{"sips:x@198.51.100.7", "wss 192.0.2.254:8089", ""},
			{"sip:x@198.51.100.7", "udp 198.51.100.7:5060", "udp 198.51.100.7:5060"},
			{"sip:x@198.51.100.7;transport=tcp", "tcp 198.51.100.7:5060", "tcp 198.51.100.7:5060"},
		} {
			var uri sip.Uri
			if err := sip.ParseUri(tc.uri, &uri); err != nil {
				t.Fatal(err)
			}
			for line, want := range map[*end]string{r.caller: tc.inTLS, r.callee: tc.plain} {
				got := ""
				if q, err := line.hopOf(uri); err == nil {
					hops, _ := line.resolver.Known(q)
					got = hops[0].String()
				}
				if got != want {
					t.Errorf("%s: to %q, want %q", tc.uri, got, want)
				}
			}
		}
		for _, e := range []*end{r.caller, r.callee} {
			if contact := e.contact(); !strings.HasSuffix(contact.String(), ";transport=ws") {
				t.Errorf("Contact %s", &contact)
			}
		}
		r.close()
	})
}

// Who is called by a sips address and then names a hop in clear as his own is talked
// to by the way of the INVITE.
func TestSIPSStaysInTLS(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		out, in := r.dial(false)
		over := sipnet.Hop{Transport: sipnet.TLS, Addr: calleeAddr}
		hop := make(chan sipnet.Hop)
		for _, private := range []bool{true, false} {
			out.post(func() {
				was := out.hop
				out.target.SIPS, out.hop = private, over
				out.retarget()
				hop <- out.hop
				out.target.SIPS, out.hop = false, was
			})
			if at := <-hop; (at == over) != private {
				t.Errorf("sips %v: to %v", private, at)
			}
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}
