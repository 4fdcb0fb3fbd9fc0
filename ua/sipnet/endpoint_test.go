package sipnet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/audio/rtpstream/memnet"
)

var (
	here  = netip.MustParseAddrPort("192.0.2.1:5060")
	there = netip.MustParseAddrPort("192.0.2.2:5060")
)

func to(a netip.AddrPort) Hop { return Hop{Addr: a} }

// taken is a Handler that keeps what it gets and answers with a fixed status.
type taken struct {
	status int
	mu     sync.Mutex
	reqs   []string
	again  int
	lost   []string
	mute   atomic.Bool
	cancel func()
}

func (h *taken) OnRequest(req *sip.Request, tx *ServerTx) {
	h.mu.Lock()
	h.reqs = append(h.reqs, string(req.Method))
	h.mu.Unlock()
	if tx == nil {
		return
	}
	if h.cancel != nil {
		tx.OnCancel(h.cancel)
	}
	if h.status != 0 && !h.mute.Load() {
		_ = tx.Respond(sip.NewResponseFromRequest(req, h.status, "Because", nil))
	}
}

func (h *taken) OnRepeated2xx(*sip.Response) {
	h.mu.Lock()
	h.again++
	h.mu.Unlock()
}

func (h *taken) OnConnLost(hop Hop, _ error) {
	h.mu.Lock()
	h.lost = append(h.lost, hop.String())
	h.mu.Unlock()
}

func (h *taken) losses() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.lost)
}

func (h *taken) methods() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Join(h.reqs, " ")
}

func sockets1(n *memnet.Network) Sockets {
	return Sockets{ListenUDP: func(at netip.AddrPort) (net.PacketConn, error) { return n.Listen(at) }}
}

func listen(t *testing.T, n *memnet.Network, at netip.AddrPort, h Handler, log *slog.Logger) *Endpoint {
	t.Helper()
	e, err := Listen(at, Config{Sockets: sockets1(n), Log: log}, h)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// closeAll ends endpoints and lets sipgo's longest timers (32 s) run out.
func closeAll(ends ...*Endpoint) {
	for _, e := range ends {
		e.Close()
	}
	time.Sleep(time.Minute)
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func request(method sip.RequestMethod, seq uint32) *sip.Request {
	req := sip.NewRequest(method, sip.Uri{Scheme: "sip", User: "b", Host: "192.0.2.2"})
	from := &sip.FromHeader{Address: sip.Uri{Scheme: "sip", User: "a", Host: "x"}, Params: sip.NewParams()}
	from.Params.Add("tag", "t1")
	callID, forwards := sip.CallIDHeader("c1"), sip.MaxForwardsHeader(70)
	req.AppendHeader(from)
	req.AppendHeader(&sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: "b", Host: "x"}, Params: sip.NewParams()})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	req.AppendHeader(&forwards)
	return req
}

func TestExchange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := memnet.New()
		a := listen(t, net, here, &taken{}, quiet())
		b := listen(t, net, there, &taken{status: 200}, quiet())
		var via string
		net.Tap(func(p memnet.Packet) {
			if p.From != here && p.From != there {
				t.Errorf("a datagram left from %v: not from the endpoint's socket", p.From)
			}
			if bytes.HasPrefix(p.Data, []byte("INFO")) {
				via = string(p.Data)
			}
		})
		req := request(sip.INFO, 1)
		req.SetBody(bytes.Repeat([]byte("x"), 4000)) // above sipgo's own limit for UDP
		res, err := a.Do(t.Context(), req, to(there))
		if err != nil || res.StatusCode != 200 {
			t.Errorf("%v %v", res, err)
		}
		if !strings.Contains(via, "\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK") && !strings.HasPrefix(via, "INFO sip:b@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;") {
			t.Errorf("no Via of ours in\n%s", via[:200])
		}
		closeAll(a, b)
	})
}

func TestNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := memnet.New()
		a := listen(t, net, here, &taken{}, quiet())
		start := time.Now()
		if _, err := a.Do(t.Context(), request(sip.INFO, 1), to(there)); !errors.Is(err, ErrTimeout) {
			t.Errorf("%v", err)
		}
		if waited := time.Since(start); waited != 32*time.Second {
			t.Errorf("gave up after %v, want 64*T1", waited)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := a.Do(ctx, request(sip.INFO, 2), to(there)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		closeAll(a)
	})
}

// A 2xx that is repeated reaches OnRepeated2xx: each wants an ACK.
func TestRepeated2xx(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := memnet.New()
		seen := &taken{}
		a := listen(t, net, here, seen, quiet())
		var ok []byte
		net.Tap(func(p memnet.Packet) {
			if bytes.HasPrefix(p.Data, []byte("SIP/2.0 200")) {
				ok = p.Data
			}
		})
		b := listen(t, net, there, &taken{status: 200}, quiet())
		final := make(chan int, 4)
		if _, err := a.Start(request(sip.INVITE, 1), to(there), func(res *sip.Response, err error) {
			if err == nil {
				final <- res.StatusCode
			}
		}); err != nil {
			t.Fatal(err)
		}
		if code := <-final; code != 200 {
			t.Errorf("final %d", code)
		}
		synctest.Wait()
		for range 3 {
			net.Inject(there, here, ok)
			time.Sleep(time.Second)
		}
		closeAll(a, b)
		seen.mu.Lock()
		defer seen.mu.Unlock()
		if seen.again != 3 || len(final) != 0 {
			t.Errorf("%d repetitions told, %d more finals", seen.again, len(final))
		}
	})
}

// Requests that lack what RFC 3261 8.1.1 demands are refused with 400 and never
// reach the handler; an ACK is never answered.
func TestMalformed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := memnet.New()
		h := &taken{status: 200}
		b := listen(t, net, there, h, quiet())
		conn, err := net.Listen(here)
		if err != nil {
			t.Fatal(err)
		}
		headers := map[string]string{
			"Via": "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK%d", "From": "<sip:a@x>;tag=1", "To": "<sip:b@x>", "Call-ID": "c", "CSeq": "1 OPTIONS",
		}
		send := func(i int, method string, change map[string]string) string {
			text := method + " sip:b@192.0.2.2 SIP/2.0\r\n"
			for _, name := range []string{"Via", "From", "To", "Call-ID", "CSeq"} {
				value := headers[name]
				if v, ok := change[name]; ok {
					value = v
				}
				if name == "Via" {
					value = fmt.Sprintf(value, i)
				}
				if value != "" {
					text += name + ": " + value + "\r\n"
				}
			}
			conn.WriteToUDPAddrPort([]byte(text+"Content-Length: 0\r\n\r\n"), there)
			conn.SetReadDeadline(time.Now().Add(time.Second))
			buf := make([]byte, 2000)
			_, _, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return "nothing"
			}
			return string(buf[8:11])
		}
		for i, tt := range []struct {
			method string
			change map[string]string
			want   string
		}{
			{"OPTIONS", nil, "200"},
			{"OPTIONS", map[string]string{"From": ""}, "400"},
			{"OPTIONS", map[string]string{"To": ""}, "400"},
			{"OPTIONS", map[string]string{"Call-ID": ""}, "400"},
			{"OPTIONS", map[string]string{"CSeq": "1 BYE"}, "400"},
			{"ACK", map[string]string{"CSeq": "1 ACK", "From": ""}, "nothing"},
			{"ACK", map[string]string{"CSeq": "1 ACK"}, "nothing"},
		} {
			if got := send(i, tt.method, tt.change); got != tt.want {
				t.Errorf("%s with %v: %s, want %s", tt.method, tt.change, got, tt.want)
			}
		}
		if got := h.methods(); got != "OPTIONS ACK" {
			t.Errorf("the handler got %q", got)
		}
		conn.Close()
		closeAll(b)
	})
}

func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := memnet.New()
		cancelled := make(chan struct{}, 1)
		h := &taken{status: 180, cancel: func() { cancelled <- struct{}{} }}
		a, b := listen(t, net, here, &taken{}, quiet()), listen(t, net, there, h, quiet())
		invite := request(sip.INVITE, 1)
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
		if res, err := a.Do(t.Context(), cancel, to(there)); err != nil || res.StatusCode != 200 {
			t.Errorf("CANCEL: %v %v", res, err)
		}
		<-cancelled
		if code := <-codes; code != 487 {
			t.Errorf("INVITE ended with %d", code)
		}
		closeAll(a, b)
	})
}

// What cannot be parsed is not shown in a log: it may hold credentials.
func TestLogIsRedacted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := memnet.New()
		var out bytes.Buffer
		var mu sync.Mutex
		log := slog.New(slog.NewTextHandler(&locked{&out, &mu}, &slog.HandlerOptions{Level: slog.LevelDebug}))
		b := listen(t, net, there, &taken{}, log)
		net.Inject(here, there, []byte("OPTIONS sip:x SIP/2.0\r\nAuthorization: Digest hunter2\r\nbroken"))
		time.Sleep(time.Second)
		closeAll(b)
		mu.Lock()
		defer mu.Unlock()
		if text := out.String(); strings.Contains(text, "hunter2") || !strings.Contains(text, "[redacted]") {
			t.Errorf("logged:\n%s", text)
		}
	})
}

type locked struct {
	w  *bytes.Buffer
	mu *sync.Mutex
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// Whoever reads a header need not know its short name.
func TestShortNames(t *testing.T) {
	msg, err := sip.ParseMessage([]byte("SIP/2.0 200 OK\r\nv: SIP/2.0/UDP x;branch=z9hG4bKa\r\nf: <sip:a@x>;tag=1\r\nt: <sip:b@x>\r\ni: c\r\nCSeq: 1 OPTIONS\r\n" +
		"x: 90;refresher=uac\r\nk: timer\r\nK: 100rel\r\nr: <sip:c@x>\r\nb: <sip:d@x>\r\no: refer\r\nu: dialog\r\ne: gzip\r\ns: what for\r\nl: 0\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	res := msg.(*sip.Response)
	if err := checkResponse(res); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Session-Expires": "90;refresher=uac", "Refer-To": "<sip:c@x>", "Referred-By": "<sip:d@x>", "Event": "refer", "Allow-Events": "dialog", "Content-Encoding": "gzip",
		"s": "what for", // nobody reads it
	} {
		if h := res.GetHeader(name); h == nil || h.Value() != want {
			t.Errorf("%s: %v, want %s", name, h, want)
		}
	}
	if all := res.GetHeaders("Supported"); len(all) != 2 || all[0].Value() != "timer" || all[1].Value() != "100rel" {
		t.Errorf("Supported: %v", all)
	}
}
