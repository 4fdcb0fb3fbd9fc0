package ua

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"star18/audio"
	"star18/audio/rtpstream/memnet"
	"star18/ua/resolve"
)

// The caller's CANCEL is answered with 487 while the user answers: the call was
// never up, and nothing of the room goes out to a caller who has gone.
func TestAnswerAfterCancel(t *testing.T) {
	virtual(t, func(t *testing.T) {
		gate := make(chan struct{})
		r := newRig(t, nil)
		sent := r.watchRTP()
		out := r.place(false)
		in := r.ring()
		time.Sleep(ringTime)
		in.post(func() { <-gate })
		answered := make(chan error, 1)
		go func() { answered <- in.Answer() }()
		time.Sleep(time.Millisecond)
		out.Hangup()
		time.Sleep(100 * time.Millisecond)
		close(gate)
		err := <-answered
		<-out.Done()
		time.Sleep(10 * time.Second)
		if !errors.Is(err, ErrNotRinging) {
			t.Errorf("answered a call that had been cancelled: %v", err)
		}
		if n := len(sent(r.callee.addr.Addr())); n > 0 {
			t.Errorf("%d packets of sound sent to a caller who gave up", n)
		}
		sameEvents(t, r.callee, "incoming ended")
		in.Hangup()
		<-in.Done()
		r.close()
	})
}

// The ACK to our own re-INVITE is lost in a call that we answered: the 200 comes
// again and gets another (RFC 3261 13.2.2.4); without it the peer hangs up after
// 32 s.
func TestHoldACKAgain(t *testing.T) {
	virtual(t, func(t *testing.T) {
		var lost *bool
		r := newRig(t, func(_, b *Config) { lost = loseFirst(b, "ACK") })
		out, in := r.dial(false)
		time.Sleep(time.Second)
		if err := in.Hold(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(40 * time.Second)
		if !*lost || count[Ended](r.caller) != 0 {
			t.Errorf("caller %v %+v", r.caller.names(), out.Ended())
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// Security was required and not reached, also if the far end hangs up before
// anything could be tried; its BYE is the last word.
func TestRequireAndRemoteHangup(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, b *Config) {
			a.Secure.Require = true
			a.Secure.StartDelay = 5 * time.Second
			b.Secure.Service = false
		})
		var byes atomic.Int32
		r.net.Tap(func(p memnet.Packet) {
			if bytes.HasPrefix(p.Data, []byte("BYE")) && p.From.Addr() == callerAddr.Addr() {
				byes.Add(1)
			}
		})
		r.net.SetFilter(func(_, to netip.AddrPort, _ []byte) memnet.Verdict {
			return memnet.Verdict{Drop: to.Port() > 10000} // no packet starts the second stage
		})
		out, in := r.dial(true)
		time.Sleep(time.Second)
		in.Hangup()
		<-out.Done()
		time.Sleep(time.Second)
		if e := out.Ended(); e.By != Remote || e.Cause != CauseSecurityRequired {
			t.Errorf("%+v", e)
		}
		if n := byes.Load(); n > 0 {
			t.Errorf("%d BYE sent in a call that was over", n)
		}
		r.close()
	})
}

// The peer's own BYE crosses ours: why we left stays.
func TestRequireByesCross(t *testing.T) {
	virtual(t, func(t *testing.T) {
		var in *Call
		r := newRig(t, func(a, b *Config) {
			a.Secure.Require = true
			b.Secure.Service = false
		})
		r.net.SetFilter(func(from, to netip.AddrPort, data []byte) memnet.Verdict {
			if bytes.HasPrefix(data, []byte("BYE")) {
				if from.Addr() == callerAddr.Addr() {
					in.Hangup()
				}
				return memnet.Verdict{Delay: 50 * time.Millisecond}
			}
			return memnet.Verdict{}
		})
		out := r.place(true)
		in = r.ring()
		if err := in.Answer(); err != nil {
			t.Fatal(err)
		}
		<-out.Done()
		if e := out.Ended(); e.Cause != CauseSecurityRequired {
			t.Errorf("%+v", e)
		}
		<-in.Done()
		r.close()
	})
}

// stuckDNS answers nothing.
func stuckDNS(e *end) {
	e.resolver = resolve.New(resolve.Config{
		Exchange: func(ctx context.Context, _ *dns.Msg) (*dns.Msg, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
		Hosts: func(ctx context.Context, _ string) ([]netip.Addr, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
	})
}

// A re-INVITE moves the peer to a name that DNS does not answer: the call does
// not wait for it.
func TestUnresolvableContact(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, b *Config) {
			tamper(a, func(msg []byte) []byte {
				if bytes.HasPrefix(msg, []byte("INVITE")) && !bytes.Contains(msg, []byte("CSeq: 1 INVITE")) {
					i := bytes.Index(msg, []byte("Contact: "))
					j := i + bytes.Index(msg[i:], []byte("\r\n"))
					return append(append(bytes.Clone(msg[:i]), "Contact: <sip:x@nowhere.example>"...), msg[j:]...)
				}
				return msg
			})
		})
		stuckDNS(r.callee)
		out, in := r.dial(false)
		time.Sleep(time.Second)
		go out.Hold()
		time.Sleep(10 * time.Millisecond)
		start := time.Now()
		in.Hangup()
		<-in.Done()
		if d := time.Since(start); d > 500*time.Millisecond {
			t.Errorf("hanging up took %v", d)
		}
		<-out.Done()
		r.close()
	})
}

// A peer sends answer after answer from other ends, each at a name that DNS does
// not answer: the user can hang up all the same.
func TestUnresolvableForks(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		var ok []byte
		r.net.Tap(func(p memnet.Packet) {
			if bytes.HasPrefix(p.Data, []byte("SIP/2.0 200")) && bytes.Contains(p.Data, []byte("INVITE\r\n")) {
				ok = p.Data
			}
		})
		stuckDNS(r.caller)
		out, in := r.dial(false)
		for i := range 100 {
			text := strings.Replace(string(ok), in.key.localTag, "fork"+string(rune('A'+i)), 1)
			text = strings.Replace(text, "@192.0.2.2:5060", "@nowhere.example", 1)
			r.net.Inject(calleeAddr, callerAddr, []byte(text))
		}
		time.Sleep(10 * time.Millisecond)
		start := time.Now()
		out.Hangup()
		<-out.Done()
		if d := time.Since(start); d > 500*time.Millisecond {
			t.Errorf("hanging up took %v", d)
		}
		<-in.Done()
		r.close()
	})
}

// INVITEs at the same moment: one rings, the others find the line busy.
func TestInvitesAtOnce(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(_, b *Config) {
			listen := b.ListenUDP
			b.ListenUDP = func(at netip.AddrPort) (Socket, error) {
				if at.Port() != calleeAddr.Port() {
					time.Sleep(10 * time.Millisecond) // all are looked at before one rings
				}
				return listen(at)
			}
		})
		stranger, _ := r.net.Listen(netip.MustParseAddrPort("192.0.2.66:5060"))
		for i := range 20 {
			id := strings.Repeat("x", i+1)
			r.net.Inject(stranger.LocalAddr().(*net.UDPAddr).AddrPort(), calleeAddr, []byte("INVITE sip:14085551234@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.66;branch=z9hG4bK"+id+"\r\nFrom: <sip:x@y>;tag=s\r\nTo: <sip:14085551234@example.test>\r\nCall-ID: "+id+
				"\r\nCSeq: 1 INVITE\r\nContact: <sip:x@192.0.2.66>\r\nContent-Length: 0\r\n\r\n"))
		}
		time.Sleep(time.Second)
		if n := count[Incoming](r.callee); n != 1 {
			t.Errorf("%d calls ring at once", n)
		}
		stranger.Close()
		r.close()
	})
}

// A driver that never opens its device, and one that never closes it: the call
// goes on in silence, and the line can be closed.
func TestStuckDevice(t *testing.T) {
	for _, stuck := range []string{"open", "close"} {
		t.Run(stuck, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				release := make(chan struct{})
				defer close(release)
				r := newRig(t, func(a, _ *Config) {
					a.OpenDevice = func(rate int) (audio.Device, error) {
						if stuck == "open" {
							<-release
						}
						return stuckDevice{audio.NewSilence(rate), release}, nil
					}
				})
				out, in := r.dial(false)
				time.Sleep(5 * time.Second)
				if fault := count[DeviceFault](r.caller); fault != map[string]int{"open": 1}[stuck] {
					t.Errorf("%d faults told", fault)
				}
				out.Hangup()
				<-in.Done()
				start := time.Now()
				if err := r.caller.Close(t.Context()); err != nil {
					t.Error(err)
				}
				if d := time.Since(start); d > 2*time.Second {
					t.Errorf("closing took %v", d)
				}
				r.close()
			})
		})
	}
}

type stuckDevice struct {
	audio.Device
	release chan struct{}
}

func (d stuckDevice) Close() error {
	<-d.release
	return d.Device.Close()
}

// Who hangs up may call again at once: the line is free when its BYE has been
// answered.
func TestCallAgainAtOnce(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		for range 5 {
			out, _ := r.dial(false)
			time.Sleep(107 * time.Millisecond) // in the middle of a packet
			out.Hangup()
			<-out.Done()
		}
		r.close()
		if n := count[Ended](r.caller); n != 5 {
			t.Errorf("%d calls ended", n)
		}
	})
}

// A flood of INVITEs that nobody acknowledges: a few are refused again and again,
// as the RFC has it, the rest once; and of other requests nothing is kept, so
// that one which comes again is answered anew, with another tag.
func TestFlood(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		flooder := netip.MustParseAddrPort("192.0.2.66:5060")
		var mu sync.Mutex
		refused, tags := 0, map[string]bool{}
		r.net.Tap(func(p memnet.Packet) {
			mu.Lock()
			defer mu.Unlock()
			if bytes.HasPrefix(p.Data, []byte("SIP/2.0 486")) {
				refused++
			}
			if _, tag, found := strings.Cut(string(p.Data), ";tag=s\r\nTo: <sip:x@y>;tag="); found && bytes.Contains(p.Data, []byte("OPTIONS\r\n")) {
				tags[tag[:16]] = true
			}
		})
		flood := func(method, id string) {
			r.net.Inject(flooder, calleeAddr, []byte(method+" sip:x@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.66;branch=z9hG4bK"+id+"\r\nFrom: <sip:x@y>;tag=s\r\nTo: <sip:x@y>\r\nCall-ID: "+id+
				"\r\nCSeq: 1 "+method+"\r\nContact: <sip:x@192.0.2.66>\r\nContent-Length: 0\r\n\r\n"))
			time.Sleep(time.Millisecond)
		}
		const invites = 2000
		for i := range invites {
			flood("INVITE", fmt.Sprint("i", i))
		}
		for range 3 {
			flood("OPTIONS", "o")
		}
		time.Sleep(time.Minute)
		mu.Lock()
		if most := invites + 256*11; refused < invites-1 || refused > most {
			t.Errorf("%d INVITEs refused %d times, want %d at most", invites, refused, most)
		}
		if len(tags) != 3 {
			t.Errorf("OPTIONS sent three times: %d answers", len(tags))
		}
		mu.Unlock()
		r.close()
	})
}
