package ua

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/audio/rtpstream/memnet"
	"star18/ua/lab"
)

// recovered is how soon after the end of a fault an OPTIONS through the
// registrar must be answered.
const recovered = 3 * time.Second

// watched is a rig whose callee keeps its registration and may move.
type watched struct {
	*rig
	lab       *lab.Lab
	home      atomic.Pointer[netip.Addr] // the callee's address
	unplugged atomic.Bool                // its link is down
	silent    atomic.Bool                // and sends fail by themselves, or not
	registers atomic.Int32
	options   atomic.Int32
	packets   atomic.Int32
}

func newWatched(t *testing.T, change func(*Config)) *watched {
	w := &watched{}
	at := calleeAddr.Addr()
	w.home.Store(&at)
	w.rig, w.lab = newLabRig(t, func(_, b *Config) {
		b.Listen, b.Keepalive, b.NAT = ":5060", 15*time.Second, true
		b.LocalAddr = func(netip.AddrPort) (netip.Addr, error) {
			if w.unplugged.Load() && !w.silent.Load() {
				return netip.Addr{}, syscall.ENETUNREACH
			}
			return *w.home.Load(), nil
		}
		listen := b.ListenUDP
		b.ListenUDP = func(at netip.AddrPort) (Socket, error) {
			conn, err := listen(at)
			if err != nil {
				return nil, err
			}
			return &linked{conn, at.Addr(), w}, nil
		}
		if change != nil {
			change(b)
		}
	}, func(c *lab.Config) { c.MaxExpires = time.Hour })
	w.net.SetFilter(func(from, to netip.AddrPort, _ []byte) memnet.Verdict {
		gone := func(a netip.Addr) bool {
			return w.unplugged.Load() && a == *w.home.Load() || a == calleeAddr.Addr() && a != *w.home.Load()
		}
		return memnet.Verdict{Drop: gone(from.Addr()) || gone(to.Addr())}
	})
	w.net.Tap(func(p memnet.Packet) {
		if p.To != labAddr || p.From.Addr() != *w.home.Load() || len(p.Data) < 8 {
			return
		}
		w.packets.Add(1)
		switch string(p.Data[:7]) {
		case "REGISTE":
			w.registers.Add(1)
		case "OPTIONS":
			w.options.Add(1)
		}
	})
	w.await()
	return w
}

// linked is a socket of the callee: unreachable while its link is down, and for
// ever once its address is another one.
type linked struct {
	Socket
	at netip.Addr
	w  *watched
}

func (s *linked) WriteTo(b []byte, to net.Addr) (int, error) {
	if s.w.unplugged.Load() && !s.w.silent.Load() || s.at != *s.w.home.Load() {
		return 0, &net.OpError{Op: "write", Net: "udp", Err: syscall.ENETUNREACH}
	}
	return s.Socket.WriteTo(b, to)
}

// back is how long it takes until an OPTIONS to the callee, through the
// registrar, is answered.
func (w *watched) back() time.Duration {
	w.t.Helper()
	begin := time.Now()
	for time.Since(begin) < 10*time.Minute {
		if w.answers() {
			return time.Since(begin)
		}
		time.Sleep(20 * time.Millisecond)
	}
	w.t.Fatalf("the callee is not reachable: %v", w.callee.names())
	return 0
}

func (w *watched) answers() bool {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	l := w.caller.Line
	var challenge *sip.Response
	for range 2 {
		to := sip.Uri{Scheme: "sip", User: calleeUser, Host: labDomain}
		req := sip.NewRequest(sip.OPTIONS, to)
		from := sip.FromHeader{Address: l.aor(), Params: sip.NewParams()}
		from.Params.Add("tag", newTag())
		callID, forwards := newCallID(l.Addr()), sip.MaxForwardsHeader(70)
		req.AppendHeader(&from)
		req.AppendHeader(&sip.ToHeader{Address: to, Params: sip.NewParams()})
		req.AppendHeader(&callID)
		req.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: sip.OPTIONS})
		req.AppendHeader(&forwards)
		if challenge != nil {
			new(proof).add(l, l.credentials(), req, challenge)
		}
		hop, err := l.proxyAddr(ctx)
		if err != nil {
			return false
		}
		res, err := l.ep.Do(ctx, req, hop)
		switch {
		case err != nil:
			return false
		case challenged(res):
			challenge = res
		default:
			return res.IsSuccess()
		}
	}
	return false
}

func (w *watched) end() {
	w.unplugged.Store(false)
	w.close()
	w.lab.Close()
}

// Each fault once, with and without notice of the network, the moment of its
// beginning drawn anew each time.
func TestReachableAgain(t *testing.T) {
	for _, tt := range []struct {
		name   string
		fault  func(w *watched)
		change func(*Config)
	}{
		{"link down 30 s, noticed", func(w *watched) {
			w.unplugged.Store(true)
			time.Sleep(30 * time.Second)
			w.unplugged.Store(false)
			w.callee.NetworkChanged()
		}, nil},
		{"link down 30 s, sends fail", func(w *watched) {
			w.unplugged.Store(true)
			time.Sleep(30 * time.Second)
			w.unplugged.Store(false)
		}, nil},
		{"link down 30 s, sends vanish", func(w *watched) {
			w.silent.Store(true)
			w.unplugged.Store(true)
			time.Sleep(30 * time.Second)
			w.unplugged.Store(false)
		}, nil},
		{"registrar dead 75 s", func(w *watched) {
			w.lab.Dead(75 * time.Second)
			time.Sleep(75 * time.Second)
		}, nil},
		{"registrar dead 4 minutes", func(w *watched) {
			w.lab.Dead(4 * time.Minute)
			time.Sleep(4 * time.Minute)
		}, nil},
		{"registrar dead 75 s, answers no OPTIONS", func(w *watched) {
			w.lab.Dead(75 * time.Second)
			time.Sleep(75 * time.Second)
		}, deafToOptions},
		{"address changed, noticed", func(w *watched) {
			w.moveTo("192.0.2.77")
			w.callee.NetworkChanged()
		}, nil},
		{"address changed in an outage of 30 s", func(w *watched) {
			w.unplugged.Store(true)
			time.Sleep(30 * time.Second)
			w.moveTo("192.0.2.77")
			w.unplugged.Store(false)
		}, nil},
		{"refused for a minute", func(w *watched) {
			w.lab.Refuse("REGISTER", 503, 1)
			w.callee.NetworkChanged()
			time.Sleep(time.Minute)
		}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			worst := time.Duration(0)
			for range 5 {
				virtual(t, func(t *testing.T) {
					w := newWatched(t, tt.change)
					time.Sleep(5*time.Minute + time.Duration(rand.Int64N(int64(20*time.Second))))
					tt.fault(w)
					worst = max(worst, w.back())
					w.end()
				})
			}
			t.Logf("reachable again after at most %v", worst)
			if worst > recovered {
				t.Errorf("reachable again after %v", worst)
			}
		})
	}
}

func deafToOptions(c *Config) {
	tamper(c, func(msg []byte) []byte {
		if string(msg[:7]) == "OPTIONS" {
			return nil
		}
		return msg
	})
}

func (w *watched) moveTo(addr string) {
	at := netip.MustParseAddr(addr)
	w.home.Store(&at)
}

// A day of faults of every kind: the line always comes back, and asks no more of
// its registrar than it must.
func TestSoak(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("STAR18_TEST_SEED"); text != "" {
		seed, _ = strconv.ParseUint(text, 10, 64)
	}
	dice := rand.New(rand.NewPCG(seed, 0))
	within := func(least, most time.Duration) time.Duration {
		return least + time.Duration(dice.Int64N(int64(most-least)))
	}
	virtual(t, func(t *testing.T) {
		w := newWatched(t, nil)
		begin, last, faults, next := time.Now(), time.Duration(0), 0, 78
		calm, calmRegisters := time.Duration(0), int32(0)
		for time.Since(begin) < 24*time.Hour {
			n, quiet := w.registers.Load(), within(time.Minute, 90*time.Minute)
			time.Sleep(quiet)
			calm, calmRegisters = calm+quiet, calmRegisters+w.registers.Load()-n
			kind := dice.IntN(5)
			switch d := within(time.Second, 5*time.Minute); kind {
			case 0:
				w.unplugged.Store(true)
				time.Sleep(d)
				w.unplugged.Store(false)
			case 1:
				w.silent.Store(true)
				w.unplugged.Store(true)
				time.Sleep(d)
				w.unplugged.Store(false)
				w.silent.Store(false)
				w.callee.NetworkChanged()
			case 2:
				d = max(d, 25*time.Second) // shorter ones may fall between two keepalives
				w.lab.Dead(d)
				time.Sleep(d)
			case 3:
				w.moveTo(fmt.Sprintf("192.0.2.%d", next))
				next++
				w.callee.NetworkChanged()
			case 4:
				w.lab.Forget()
				w.callee.NetworkChanged()
			}
			faults++
			took := w.back()
			last = max(last, took)
			if took > recovered {
				t.Errorf("seed %d: fault %d of kind %d: reachable after %v", seed, faults, kind, took)
			}
		}
		perHour := float64(calmRegisters) / calm.Hours()
		t.Logf("seed %d: %d faults, reachable again after at most %v; %.1f REGISTER and %d packets in all an hour of calm or fault", seed, faults, last, perHour, int(float64(w.packets.Load())/24))
		if perHour > 30 {
			t.Errorf("seed %d: %.1f REGISTER an hour", seed, perHour)
		}
		w.end()
	})
}
