package ua

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"star18/audio/measure"
	"star18/audio/rtpstream/memnet"
	"star18/securecall"
)

// A peer that agrees on keys and goes on in clear is heard for 2 s more, and
// then not at all (specification section 5, receive window); at both ends.
func TestClearWindowEnds(t *testing.T) {
	for _, hostile := range []string{"callee", "caller"} {
		t.Run(hostile, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, nil)
				liar, victim := r.callee, r.caller
				if hostile == "caller" {
					liar, victim = r.caller, r.callee
				}
				// The liar's protected packets are replaced by clear ones that
				// go on with the stream before.
				var clear []byte
				r.net.SetFilter(func(from, to netip.AddrPort, data []byte) memnet.Verdict {
					if isInfo(data) {
						return memnet.Verdict{Delay: 100 * time.Millisecond} // both speak in clear first
					}
					if to.Port() < 10000 || from.Addr() != liar.addr.Addr() {
						return memnet.Verdict{}
					}
					if len(data) != 182 {
						clear = slices.Clone(data)
						return memnet.Verdict{}
					}
					if clear != nil {
						r.net.Inject(from, to, append(slices.Clone(data[:12]), clear[12:]...))
					}
					return memnet.Verdict{Drop: true}
				})
				out, in := r.dial(true)
				time.Sleep(1500 * time.Millisecond)
				if got := measure.Level(victim.heard.last(time.Second)); got < -20 {
					t.Errorf("1.5 s after the switch %s hears %.1f dBm0", victim.user, got)
				}
				time.Sleep(2 * time.Second)
				if got := measure.Level(victim.heard.last(time.Second)); got > -60 {
					t.Errorf("3.5 s after the switch %s hears clear packets: %.1f dBm0", victim.user, got)
				}
				out.Hangup()
				<-in.Done()
				r.close()
			})
		})
	}
}

// After a failed handshake the call is an ordinary one again: also packets of
// another length are played, which the window would refuse.
func TestFailureClosesWindow(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, garbleFinals)
		sent := r.watchRTP()
		out, in := r.dial(true)
		time.Sleep(5 * time.Second)
		packets := sent(r.callee.addr.Addr())
		last := slices.Clone(packets[len(packets)-1].data)
		to := sent(r.caller.addr.Addr())[0].from
		for i := range 20 {
			seq := uint16(last[2])<<8 + uint16(last[3]) + 1000 + uint16(i)
			last[2], last[3] = byte(seq>>8), byte(seq)
			r.net.Inject(packets[0].from, to, append(slices.Clone(last), last[12:92]...))
		}
		time.Sleep(100 * time.Millisecond)
		out.Hangup()
		<-in.Done()
		r.close()
		if e := out.Ended(); e.Rx.Rejected != 0 {
			t.Errorf("%d packets rejected in a clear call", e.Rx.Rejected)
		}
	})
}

// A callee that cannot open the split Final gets the joined one, and nobody is
// told of the detour.
func TestJoinedAfterSplit(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, b *Config) {
			tamper(a, func(msg []byte) []byte {
				if !isFinal(msg) {
					return msg
				}
				final, _ := securecall.DecodeBody(bodyOf(msg))
				if len(final) == 132 {
					final[50] ^= 1
				}
				return withBody(msg, securecall.EncodeBody(final))
			})
		})
		out, in := r.dial(true)
		time.Sleep(10 * time.Second)
		for _, e := range []*end{r.caller, r.callee} {
			if count[Secured](e) != 1 || count[NotSecured](e) != 0 {
				t.Errorf("%s: %v", e.user, e.names())
			}
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// The first ACK is lost: the repeated 200 gets another, and the call lives on.
func TestACKAgain(t *testing.T) {
	virtual(t, func(t *testing.T) {
		var lost *bool
		r := newRig(t, func(a, _ *Config) { lost = loseFirst(a, "ACK") })
		out, in := r.dial(true)
		time.Sleep(40 * time.Second)
		if !*lost || count[Ended](r.callee) != 0 || count[Secured](r.callee) != 1 {
			t.Errorf("callee %v", r.callee.names())
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// A second phone behind a forking proxy answers too: it gets an ACK and a BYE.
func TestSecondForkIsHungUp(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		var ok []byte
		r.net.Tap(func(p memnet.Packet) {
			if bytes.HasPrefix(p.Data, []byte("SIP/2.0 200")) && bytes.Contains(p.Data, []byte("INVITE\r\n")) {
				ok = p.Data
			}
		})
		out, in := r.dial(false)
		fork, err := r.net.Listen(netip.MustParseAddrPort("192.0.2.77:5060"))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(string(ok), in.key.localTag, "otherfork", 1)
		text = strings.Replace(text, "@192.0.2.2:5060", "@192.0.2.77:5060", 1)
		r.net.Inject(calleeAddr, callerAddr, []byte(text))
		got := ""
		for range 2 {
			buf := make([]byte, 4000)
			n, _, err := fork.ReadFromUDPAddrPort(buf)
			if err != nil {
				t.Fatal(err)
			}
			method, _, _ := strings.Cut(string(buf[:n]), " ")
			got += method + " "
			if !bytes.Contains(buf[:n], []byte("tag=otherfork")) {
				t.Errorf("%s names another dialog:\n%s", method, buf[:n])
			}
		}
		if got != "ACK BYE " {
			t.Errorf("the second fork got %q", got)
		}
		if count[Ended](r.caller) != 0 {
			t.Error("the first answer's call ended")
		}
		fork.Close()
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// A request that is older than one already seen in the dialog gets 500
// (RFC 3261 12.2.2) and changes nothing, even with the right tags.
func TestOldRequest(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		out, in := r.dial(true)
		time.Sleep(time.Second)
		probe, err := r.net.Listen(netip.MustParseAddrPort("192.0.2.66:5060"))
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("BYE sip:x@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.66;branch=z9hG4bKold\r\nFrom: <sip:x@y>;tag=%s\r\nTo: <sip:x@y>;tag=%s\r\nCall-ID: %s\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n",
			out.key.localTag, in.key.localTag, in.key.callID)
		probe.WriteToUDPAddrPort([]byte(text), calleeAddr)
		buf := make([]byte, 2000)
		n, _, err := probe.ReadFromUDPAddrPort(buf)
		if err != nil || !bytes.HasPrefix(buf[:n], []byte("SIP/2.0 500")) {
			t.Errorf("answered %q %v", buf[:n], err)
		}
		probe.Close()
		if count[Ended](r.callee) != 0 {
			t.Error("an old BYE ended the call")
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// After 16 s without an answer the INFO is not repeated any more.
func TestGivesUpInfo(t *testing.T) {
	virtual(t, func(t *testing.T) {
		var last atomic.Int64
		begin := time.Now()
		r := newRig(t, func(a, _ *Config) {
			tamper(a, func(msg []byte) []byte {
				if isInfo(msg) {
					last.Store(int64(time.Since(begin)))
					return nil
				}
				return msg
			})
		})
		out, in := r.dial(true)
		time.Sleep(40 * time.Second)
		if got := time.Duration(last.Load()); got > 17*time.Second || got < 10*time.Second {
			t.Errorf("the last INFO left after %v", got)
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// A 401 or 407 to an INFO is answered with credentials (specification section
// 2); the callee that sees the same Hello again, under another CSeq, gives the
// same answer.
func TestChallengedInfo(t *testing.T) {
	for _, status := range []string{"401 Unauthorized\r\nWWW-Authenticate", "407 Proxy Authentication Required\r\nProxy-Authenticate"} {
		virtual(t, func(t *testing.T) {
			var answers, authorized atomic.Int32
			r := newRig(t, func(_, b *Config) {
				tamper(b, func(msg []byte) []byte {
					if !bytes.HasPrefix(msg, []byte("SIP/2.0 200")) || !bytes.Contains(msg, []byte(" INFO\r\n")) {
						return msg
					}
					n := answers.Add(1)
					if n%2 == 0 {
						return msg // to the request with credentials
					}
					line := fmt.Sprintf(`%s: Digest realm="x", nonce="n%d", algorithm=SHA-256, qop="auth"`, status, n)
					return withBody(bytes.Replace(msg, []byte("200 OK"), []byte(line), 1), nil)
				})
			})
			r.net.Tap(func(p memnet.Packet) {
				if isInfo(p.Data) && bytes.Contains(p.Data, []byte("uthorization: Digest")) {
					authorized.Add(1)
				}
			})
			out, in := r.dial(true)
			time.Sleep(5 * time.Second)
			if authorized.Load() != 2 || count[Secured](r.caller) != 1 || count[Secured](r.callee) != 1 {
				t.Errorf("%d of 2 challenges answered; caller %v, callee %v", authorized.Load(), r.caller.names(), r.callee.names())
			}
			out.Hangup()
			<-in.Done()
			r.close()
		})
	}
}
