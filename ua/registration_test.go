package ua

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"star18/audio/rtpstream/memnet"
	"star18/ua/digest"
	"star18/ua/lab"
)

var labAddr = netip.MustParseAddrPort("192.0.2.254:5060")

// newLabRig is a rig whose lines register at a lab and call through it.
func newLabRig(t *testing.T, change func(caller, callee *Config), setup func(*lab.Config)) (*rig, *lab.Lab) {
	t.Helper()
	var l *lab.Lab
	r := newRig(t, func(a, b *Config) {
		r := a.ListenUDP
		conn, err := r(labAddr)
		if err != nil {
			t.Fatal(err)
		}
		cfg := lab.Config{
			Conn: conn, Domain: labDomain, RecordRoute: true,
			Users: map[string]digest.Secret{callerUser: "secret-word", calleeUser: "secret-word"},
		}
		if setup != nil {
			setup(&cfg)
		}
		if l, err = lab.Start(cfg); err != nil {
			t.Fatal(err)
		}
		for _, line := range []*Config{a, b} {
			line.Register, line.Proxy, line.Expires = true, labAddr.String(), time.Hour
		}
		if change != nil {
			change(a, b)
		}
	})
	r.caller.Start()
	r.callee.Start()
	return r, l
}

func (r *rig) await() {
	r.t.Helper()
	for _, e := range []*end{r.caller, r.callee} {
		if err := e.AwaitRegistered(r.t.Context()); err != nil {
			r.t.Fatalf("%s: %v", e.user, err)
		}
	}
}

// The whole way: digest, Record-Route, a proxy between, INFO bodies through it.
func TestSecureThroughProxy(t *testing.T) {
	for _, algorithms := range [][]digest.Algorithm{{digest.SHA256, digest.MD5}, {digest.MD5}, {digest.MD5, digest.SHA256}} {
		virtual(t, func(t *testing.T) {
			r, l := newLabRig(t, nil, func(c *lab.Config) { c.Algorithms = algorithms })
			used := map[string]bool{}
			r.net.Tap(func(p memnet.Packet) {
				for _, name := range []string{"algorithm=SHA-256", "algorithm=MD5"} {
					if p.To == labAddr && bytes.Contains(p.Data, []byte("uthorization: Digest")) && bytes.Contains(p.Data, []byte(name)) {
						used[name] = true
					}
				}
			})
			r.await()
			out, in := r.dial(true)
			time.Sleep(3 * time.Second)
			if count[Secured](r.caller) != 1 || count[Secured](r.callee) != 1 {
				t.Errorf("caller %v, callee %v", r.caller.names(), r.callee.names())
			}
			if best := slices.Contains(algorithms, digest.SHA256); used["algorithm=SHA-256"] != best || used["algorithm=MD5"] == best {
				t.Errorf("offered %v, answered with %v", algorithms, used)
			}
			out.Hangup()
			<-in.Done()
			r.close()
			l.Close()
		})
	}
}

// The binding is renewed before it expires and taken back at the end.
func TestRefreshAndUnregister(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, l := newLabRig(t, nil, func(c *lab.Config) { c.MaxExpires = 100 * time.Second })
		var expires []string
		r.net.Tap(func(p memnet.Packet) {
			if p.From == callerAddr && bytes.HasPrefix(p.Data, []byte("REGISTER")) && bytes.Contains(p.Data, []byte("Authorization")) {
				_, after, _ := strings.Cut(string(p.Data), "\r\nExpires: ")
				value, _, _ := strings.Cut(after, "\r\n")
				expires = append(expires, value)
			}
		})
		r.await()
		time.Sleep(440 * time.Second)
		if got := must[Registered](r.caller); got.Expires != 100 || got.AOR != "sip:"+callerUser+"@"+labDomain {
			t.Errorf("%+v", got)
		}
		if n := count[Registered](r.caller); n != 5 || count[RegistrationFailed](r.caller) != 0 {
			t.Errorf("registered %d times in 440 s of 100 s bindings renewed after 90: %v", n, r.caller.names())
		}
		r.close()
		l.Close()
		if last := expires[len(expires)-1]; last != "0" {
			t.Errorf("the last REGISTER asks for %q s", last)
		}
	})
}

func TestWrongPassword(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, l := newLabRig(t, func(a, _ *Config) { a.Password = "wrong" }, nil)
		tries := 0
		r.net.Tap(func(p memnet.Packet) {
			if p.From == callerAddr && bytes.HasPrefix(p.Data, []byte("REGISTER")) {
				tries++
			}
		})
		err := r.caller.AwaitRegistered(t.Context())
		var refused *RegistrationError
		if !errors.As(err, &refused) || (refused.Status != 401 && refused.Status != 403) {
			t.Errorf("%v", err)
		}
		if tries > 2 {
			t.Errorf("%d REGISTER with a wrong password: an account is locked by that", tries)
		}
		r.close()
		l.Close()
	})
}

// Every way a registrar can be difficult; the line ends up registered.
func TestDifficultRegistrar(t *testing.T) {
	for _, tt := range []struct {
		name   string
		before func(*rig, *lab.Lab)
		setup  func(*lab.Config)
		change func(a, b *Config)
	}{
		{name: "interval too brief", setup: func(c *lab.Config) { c.MinExpires = 400 * time.Second }, change: func(a, b *Config) { a.Expires = 60 * time.Second }},
		{name: "stale nonce", before: func(_ *rig, l *lab.Lab) { l.StaleOnce() }},
		{name: "first REGISTERs lost", before: func(_ *rig, l *lab.Lab) { l.DropRequests("REGISTER", 3) }},
		{name: "answers lost", before: func(_ *rig, l *lab.Lab) { l.DropResponses("REGISTER", 3) }},
		{name: "out of order for a while", before: func(_ *rig, l *lab.Lab) { l.Refuse("REGISTER", 503, 4) }},
		{name: "started again", before: func(r *rig, l *lab.Lab) { time.Sleep(time.Second); l.Forget() }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r, l := newLabRig(t, tt.change, tt.setup)
				if tt.before != nil {
					tt.before(r, l)
				}
				time.Sleep(601 * time.Second) // past one refresh of the lab's longest binding
				if count[Registered](r.caller) == 0 || count[Registered](r.callee) == 0 {
					t.Fatalf("caller %v, callee %v", r.caller.names(), r.callee.names())
				}
				out, in := r.dial(true)
				time.Sleep(2 * time.Second)
				if count[Secured](r.caller) != 1 {
					t.Errorf("%v", r.caller.names())
				}
				out.Hangup()
				<-in.Done()
				r.close()
				l.Close()
			})
		})
	}
}

// The registrar never answers: the line says so, keeps trying, and is there at
// once when it comes back.
func TestRegistrarAway(t *testing.T) {
	virtual(t, func(t *testing.T) {
		var away atomic.Bool
		away.Store(true)
		r, l := newLabRig(t, func(a, _ *Config) { cutOff(a, &away) }, nil)
		err := r.caller.AwaitRegistered(t.Context())
		var silent *RegistrationError
		if !errors.As(err, &silent) || silent.Status != 0 {
			t.Errorf("%v", err)
		}
		time.Sleep(10 * time.Minute)
		if n := count[RegistrationFailed](r.caller); n < 9 {
			t.Errorf("only %d attempts in ten minutes", n)
		}
		away.Store(false)
		time.Sleep(lastWait)
		if count[Registered](r.caller) == 0 {
			t.Error("not registered again")
		}
		r.close()
		l.Close()
	})
}

// cutOff loses everything that a line sends while away is set.
func cutOff(cfg *Config, away *atomic.Bool) {
	tamper(cfg, func(msg []byte) []byte {
		if away.Load() {
			return nil
		}
		return msg
	})
}

// lastWait is one attempt's 32 s and the longest pause after it.
const lastWait = 62 * time.Second

func TestAwaitEnds(t *testing.T) {
	virtual(t, func(t *testing.T) {
		var away atomic.Bool
		away.Store(true)
		r, l := newLabRig(t, func(a, _ *Config) { cutOff(a, &away) }, nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := r.caller.AwaitRegistered(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		r.close()
		l.Close()
	})
}

// An INFO that overtakes the ACK (the proxy holds the ACK back) is answered, and
// the ACK, when it comes, still belongs to its INVITE.
func TestInfoOvertakesACK(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, l := newLabRig(t, func(a, _ *Config) { a.Secure.StartDelay = 0 }, nil)
		r.await()
		l.HoldACK(400 * time.Millisecond)
		out, in := r.dial(true)
		time.Sleep(3 * time.Second)
		if count[Secured](r.caller) != 1 || count[Secured](r.callee) != 1 {
			t.Errorf("caller %v, callee %v", r.caller.names(), r.callee.names())
		}
		time.Sleep(40 * time.Second)
		if count[Ended](r.callee) != 0 {
			t.Error("the callee missed the ACK")
		}
		out.Hangup()
		<-in.Done()
		r.close()
		l.Close()
	})
}

// A proxy that does not let INFO through: the call stays, in clear.
func TestProxyRefusesInfo(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, l := newLabRig(t, nil, nil)
		r.await()
		l.Refuse("INFO", 405, 9)
		out, in := r.dial(true)
		time.Sleep(3 * time.Second)
		if got := must[NotSecured](r.caller); got.Status != 405 {
			t.Errorf("%+v", got)
		}
		checkAlive(t, r)
		out.Hangup()
		<-in.Done()
		r.close()
		l.Close()
	})
}
