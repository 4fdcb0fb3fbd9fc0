package sipnet

import (
	"bytes"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/audio/rtpstream/memnet"
	"star18/ua/sipnet/memstream"
)

// wires are a UDP and a TCP network with the same addresses.
type wires struct {
	*memnet.Network
	streams *memstream.Network
}

func newWires() wires { return wires{memnet.New(), memstream.New()} }

func (w wires) sockets() Sockets {
	return Sockets{
		ListenUDP: func(at netip.AddrPort) (net.PacketConn, error) { return w.Listen(at) },
		ListenTCP: w.streams.Listen,
		DialTCP:   w.streams.Dial,
	}
}

func (w wires) endpoint(t *testing.T, at netip.AddrPort, h Handler, change ...func(*Config)) *Endpoint {
	t.Helper()
	cfg := Config{Sockets: w.sockets(), Log: quiet()}
	for _, c := range change {
		c(&cfg)
	}
	e, err := Listen(at, cfg, h)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func over(t Transport, a netip.AddrPort) Hop { return Hop{Transport: t, Addr: a} }

// seen keeps the datagrams of a network that begin with prefix.
func (w wires) seen(prefix string) func() int {
	ch := make(chan struct{}, 100)
	w.Tap(func(p memnet.Packet) {
		if bytes.HasPrefix(p.Data, []byte(prefix)) {
			ch <- struct{}{}
		}
	})
	return func() int { return len(ch) }
}

// One connection carries requests both ways, whoever opened it (RFC 5923).
func TestOneConnectionBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		ha, hb := &taken{status: 200}, &taken{status: 200}
		a, b := w.endpoint(t, here, ha), w.endpoint(t, there, hb)
		for seq := range uint32(3) {
			if res, err := a.Do(t.Context(), request(sip.OPTIONS, seq+1), over(TCP, there)); err != nil || res.StatusCode != 200 {
				t.Fatalf("%v %v", res, err)
			}
		}
		back := a.Reached(TCP)
		if back == here || back.Addr() != here.Addr() {
			t.Errorf("reached at %v, want our end of the connection", back)
		}
		if res, err := b.Do(t.Context(), request(sip.OPTIONS, 9), over(TCP, back)); err != nil || res.StatusCode != 200 {
			t.Errorf("the other way: %v %v", res, err)
		}
		if n := w.streams.Dials(there) + w.streams.Dials(back); n != 1 {
			t.Errorf("%d connections were made", n)
		}
		if hb.methods() != "OPTIONS OPTIONS OPTIONS" || ha.methods() != "OPTIONS" {
			t.Errorf("a got %q, b got %q", ha.methods(), hb.methods())
		}
		closeAll(a, b)
	})
}

// A connection that breaks ends what it carried, is told, and is made again by
// the next request.
func TestConnectionLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		ha := &taken{}
		hb := &taken{status: 200}
		hb.mute.Store(true)
		a, b := w.endpoint(t, here, ha), w.endpoint(t, there, hb)
		start := time.Now()
		time.AfterFunc(3*time.Second, func() { w.streams.Cut() })
		if _, err := a.Do(t.Context(), request(sip.INFO, 1), over(TCP, there)); !errors.Is(err, ErrConnection) {
			t.Errorf("%v", err)
		}
		if waited := time.Since(start); waited != 3*time.Second {
			t.Errorf("told after %v", waited)
		}
		synctest.Wait()
		if len(ha.lost) != 1 || ha.lost[0] != "tcp "+there.String() {
			t.Errorf("told of %q", ha.lost)
		}
		hb.mute.Store(false)
		if res, err := a.Do(t.Context(), request(sip.INFO, 2), over(TCP, there)); err != nil || res.StatusCode != 200 {
			t.Errorf("after it: %v %v", res, err)
		}
		closeAll(a, b)
	})
}

// Nobody listens: the request fails at once and in words.
func TestConnectionRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		a := w.endpoint(t, here, &taken{})
		if _, err := a.Do(t.Context(), request(sip.INFO, 1), over(TCP, there)); !errors.Is(err, ErrConnection) || !strings.Contains(err.Error(), "refused") {
			t.Errorf("%v", err)
		}
		w.streams.Silence(there, true)
		start := time.Now()
		if _, err := a.Do(t.Context(), request(sip.INFO, 2), over(TCP, there)); !errors.Is(err, ErrConnection) {
			t.Errorf("%v", err)
		}
		if waited := time.Since(start); waited != connectLimit {
			t.Errorf("silence was borne for %v", waited)
		}
		closeAll(a)
	})
}

// RFC 3261 18.1.1: a request of more than 1300 bytes goes by TCP; where that is
// refused it goes by UDP, with a Via that says so, and TCP is left alone for a
// while.
func TestLongRequest(t *testing.T) {
	for _, tt := range []struct {
		name   string
		size   int
		listen bool
		silent bool
		udp    int
		dials  int
		wait   time.Duration
	}{
		{"short", 100, true, false, 2, 0, 0},
		{"long", 2000, true, false, 0, 1, 0},
		{"long, refused", 2000, false, false, 2, 1, 0},
		{"long, silent", 2000, false, true, 2, 1, sizeLimit},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWires()
				udp := w.seen("INFO")
				var vias []string
				h := &viaHandler{vias: &vias}
				a := w.endpoint(t, here, &taken{})
				b := w.endpoint(t, there, h, func(c *Config) {
					if !tt.listen {
						c.Sockets.ListenTCP = nil
					}
				})
				w.streams.Silence(there, tt.silent)
				start := time.Now()
				for seq := range uint32(2) {
					req := request(sip.INFO, seq+1)
					req.SetBody(bytes.Repeat([]byte("x"), tt.size))
					if res, err := a.Do(t.Context(), req, to(there)); err != nil || res.StatusCode != 200 {
						t.Fatalf("%v %v", res, err)
					}
					if n := len(req.GetHeaders("Via")); n != 1 {
						t.Errorf("%d Vias", n)
					}
				}
				if got := time.Since(start); got != tt.wait {
					t.Errorf("both took %v, want %v", got, tt.wait)
				}
				if udp() != tt.udp || w.streams.Dials(there) != tt.dials {
					t.Errorf("%d datagrams, %d connections; want %d, %d", udp(), w.streams.Dials(there), tt.udp, tt.dials)
				}
				want := "UDP"
				if tt.udp == 0 {
					want = "TCP"
				}
				for _, via := range vias {
					if via != want {
						t.Errorf("Via names %s", via)
					}
				}
				closeAll(a, b)
			})
		})
	}
}

type viaHandler struct {
	taken
	vias *[]string
}

func (h *viaHandler) OnRequest(req *sip.Request, tx *ServerTx) {
	h.mu.Lock()
	*h.vias = append(*h.vias, req.Via().Transport)
	h.mu.Unlock()
	_ = tx.Respond(sip.NewResponseFromRequest(req, 200, "OK", nil))
}

// A CANCEL goes where its INVITE went, also if that was too long for UDP.
func TestLongInviteCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		cancelled := make(chan struct{}, 1)
		a := w.endpoint(t, here, &taken{})
		b := w.endpoint(t, there, &taken{status: 180, cancel: func() { cancelled <- struct{}{} }})
		invite := request(sip.INVITE, 1)
		invite.SetBody(bytes.Repeat([]byte("x"), 2000))
		codes := make(chan int, 8)
		if _, err := a.Start(invite, to(there), func(res *sip.Response, err error) {
			if err == nil {
				codes <- res.StatusCode
			}
		}); err != nil {
			t.Fatal(err)
		}
		if code := <-codes; code != 180 {
			t.Fatalf("first %d", code)
		}
		cancel := request(sip.CANCEL, 1)
		cancel.PrependHeader(invite.Via().Clone())
		if res, err := a.Do(t.Context(), cancel, to(there)); err != nil || res.StatusCode != 200 || cancel.Via().Transport != "TCP" {
			t.Errorf("CANCEL by %s: %v %v", cancel.Via().Transport, res, err)
		}
		<-cancelled
		if code := <-codes; code != 487 {
			t.Errorf("INVITE ended with %d", code)
		}
		closeAll(a, b)
	})
}

// RFC 5626 3.5.1: a silent connection of ours is pinged, and whoever made one to
// us gets its pings answered. Who has answered once and does not any more is gone.
func TestKeepalive(t *testing.T) {
	for _, tt := range []struct {
		name  string
		pongs int // how many the far end gives
		gone  time.Duration
	}{
		{"never answers", 0, 0},
		{"answers twice", 2, 2*pingAfter + pingAfter + pongLimit},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWires()
				l := good(w.streams.Listen(there))
				var pings atomic.Int32
				go func() {
					c, err := l.Accept()
					if err != nil {
						return
					}
					defer c.Close()
					buf := make([]byte, 100)
					for {
						n, err := c.Read(buf)
						if err != nil {
							return
						}
						if string(buf[:n]) == "\r\n\r\n" && int(pings.Add(1)) <= tt.pongs {
							c.Write([]byte("\r\n"))
						}
					}
				}()
				h := &taken{}
				a := w.endpoint(t, here, h)
				if _, err := a.Connect(t.Context(), over(TCP, there)); err != nil {
					t.Fatal(err)
				}
				time.Sleep(tt.gone - time.Second)
				if n := h.losses(); n != 0 {
					t.Errorf("told too early: %d", n)
				}
				time.Sleep(10 * time.Minute)
				if n := h.losses(); (n == 1) != (tt.gone > 0) {
					t.Errorf("%d losses told", n)
				}
				if pings.Load() == 0 {
					t.Error("no ping")
				}
				l.Close()
				closeAll(a)
			})
		})
	}
}

func TestPingIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		b := w.endpoint(t, there, &taken{})
		c := w.raw(t, there)
		c.Write([]byte("\r\n"))
		time.Sleep(time.Second)
		c.Write([]byte("\r\n")) // TCP may cut it so
		if got := hear(c); got != "\r\n" {
			t.Errorf("%q", got)
		}
		c.Close()
		closeAll(b)
	})
}

// Another address: what goes by UDP goes on through the new socket, connections
// of the old address end, new ones come from the new one.
func TestRebind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		ha, hb := &taken{status: 200}, &taken{}
		hb.mute.Store(true)
		hb.status = 200
		a, b := w.endpoint(t, here, ha), w.endpoint(t, there, hb)
		if _, err := a.Connect(t.Context(), over(TCP, there)); err != nil {
			t.Fatal(err)
		}
		moved := netip.MustParseAddrPort("198.51.100.7:0")
		from := make(chan netip.AddrPort, 20)
		w.Tap(func(p memnet.Packet) {
			if bytes.HasPrefix(p.Data, []byte("OPTIONS")) {
				from <- p.From
			}
		})
		time.AfterFunc(time.Second, func() {
			if err := a.Rebind(moved); err != nil {
				t.Error(err)
			}
			hb.mute.Store(false)
		})
		late := make(chan error, 1)
		req := request(sip.OPTIONS, 1)
		if _, err := a.Start(req, to(there), func(_ *sip.Response, err error) { late <- err }); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		want := netip.AddrPortFrom(moved.Addr(), here.Port())
		var last netip.AddrPort
		for len(from) > 0 {
			last = <-from
		}
		if a.Addr() != want || last != want || a.Reached(TCP) != want {
			t.Errorf("at %v, sends from %v, reached by TCP at %v; want %v", a.Addr(), last, a.Reached(TCP), want)
		}
		if res, err := a.Do(t.Context(), request(sip.OPTIONS, 2), over(TCP, there)); err != nil || res.StatusCode != 200 {
			t.Errorf("TCP: %v %v", res, err)
		}
		if res, err := b.Do(t.Context(), request(sip.OPTIONS, 3), over(TCP, want)); err != nil || res.StatusCode != 200 {
			t.Errorf("the new listener: %v %v", res, err)
		}
		if len(ha.lost) != 0 {
			t.Errorf("told of %q", ha.lost)
		}
		closeAll(a, b)
	})
}

// Who breaks the connection before the answer gets none, and is not connected to:
// the address in a Via is its sender's choice.
func TestAnswerToNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		errs := make(chan error, 1)
		b := w.endpoint(t, there, &slowly{errs: errs})
		c := w.raw(t, there)
		c.Write([]byte(options + "Content-Length: 0\r\n\r\n"))
		time.Sleep(100 * time.Millisecond)
		c.Close()
		if err := <-errs; err == nil {
			t.Error("the answer went somewhere")
		}
		if n := w.streams.Dials(here); n != 0 {
			t.Errorf("%d connections to the Via", n)
		}
		closeAll(b)
	})
}

// slowly answers after a second.
type slowly struct {
	taken
	errs chan error
}

func (h *slowly) OnRequest(req *sip.Request, tx *ServerTx) {
	time.Sleep(time.Second)
	h.errs <- tx.Respond(sip.NewResponseFromRequest(req, 200, "OK", nil))
}

// A flood of connections leaves room for no more than maxStreams, and takes none
// of those that we made.
func TestFloodOfConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		a, b := w.endpoint(t, here, &taken{status: 200}), w.endpoint(t, there, &taken{})
		if _, err := b.Connect(t.Context(), over(TCP, here)); err != nil {
			t.Fatal(err)
		}
		own := b.Reached(TCP)
		for range 3 * maxStreams {
			w.raw(t, there)
		}
		synctest.Wait()
		b.streams.mu.Lock()
		if n := len(b.streams.open); n != maxStreams+1 {
			t.Errorf("%d connections are open", n)
		}
		b.streams.mu.Unlock()
		if b.Reached(TCP) != own {
			t.Error("our own connection was closed")
		}
		closeAll(a, b)
		w.streams.Cut()
	})
}
