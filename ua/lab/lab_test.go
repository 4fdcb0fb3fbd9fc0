package lab

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/audio/rtpstream/memnet"
	"star18/ua/digest"
)

// A lab writes its address into messages, so it must have one.
func TestStartNeedsAnAddress(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:5060", "[::]:5060"} {
		conn, err := memnet.New().Listen(netip.MustParseAddrPort(addr))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Start(Config{Conn: conn, Domain: "test.lo"}); !errors.Is(err, ErrConn) {
			t.Errorf("%s: %v", addr, err)
		}
		_ = conn.Close()
	}
}

// Close ends whatever is under way, from any number of callers.
func TestClose(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob, invite := w.call()
		bob.answer(invite, 180, "Ringing")
		alice.response(180)
		silent := w.phone("alice", 5073)
		silent.ask(message{method: "INVITE", uri: "sip:silent@test.lo"}, "alicepw")
		silent.response(100)
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := w.lab.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		before := w.ladder()
		alice.send(alice.write(message{method: "OPTIONS", uri: "sip:test.lo"}))
		alice.nothing(time.Minute)
		if after := w.ladder(); after != before {
			t.Errorf("still at work:\n%s", after[len(before):])
		}
		// A goroutine of sipgo's that is late finds the closed socket, and opens none.
		if conn, err := w.lab.tp.GetConnection("udp", alice.addr()); err != nil || conn.LocalAddr().String() != "127.0.0.1:5060" {
			t.Errorf("pool: %v, %v", conn, err)
		}
		w.lab.observe(w.lab.Addr(), w.lab.Addr(), nil, nil, false)
		if after := w.ladder(); after != before {
			t.Error("the observer is called after Close")
		}
	})
}

// Nothing that arrives stops the lab, and no log shows what it was (a datagram
// may hold credentials, or keys).
func TestNoise(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice := w.phone("alice", 5071)
		for _, text := range []string{
			"", "\r\n\r\n", "\x00\x00\x00\x00", "hunter2", "INVITE hunter2 SIP/2.0\r\n\r\n", "SIP/2.0 999 hunter2\r\n\r\n",
			"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKhunter2\r\n\r\n",
			"OPTIONS sip:test.lo SIP/2.0\r\nAuthorization hunter2\r\n\r\n",
			"INVITE sip:bob@test.lo SIP/2.0\r\nVia: SIP/2.0/UDP x\r\nX: hunter2\r\n\r\n",
			strings.Repeat("A", 60000),
			"OPTIONS sip:test.lo SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5071;branch=z9hG4bKq\r\nContent-Length: 9999\r\n\r\nhunter2",
		} {
			alice.send(text)
		}
		alice.within(soon) // a 400 for the one with a Via
		text := alice.write(message{method: "OPTIONS", uri: "sip:test.lo"})
		alice.send(text)
		alice.response(200)
		if strings.Contains(w.log.String(), "hunter2") {
			t.Errorf("in the log:\n%s", w.log)
		}
	})
}

// A whole call leaves no body, credential or password in the log.
func TestLogIsClean(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob := w.established()
		alice.send(alice.write(alice.inside("INFO", bob, "c2VjcmV0")))
		bob.request("INFO")
		synctest.Wait()
		for _, secret := range []string{"alicepw", "bobpw", "c2VjcmV0", "response=", "m=audio", "nonce"} {
			if strings.Contains(w.log.String(), secret) {
				t.Errorf("%q is in the log:\n%s", secret, w.log)
			}
		}
		if w.log.Len() == 0 {
			t.Error("nothing logged at all")
		}
	})
}

// What the observer gets is a whole message, and its own.
func TestObserverGetsCopies(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice := w.phone("alice", 5071)
		for range 5 {
			alice.send(alice.write(message{method: "OPTIONS", uri: "sip:test.lo", body: strings.Repeat("y", alice.seq)}))
			alice.response(200)
		}
		synctest.Wait()
		for _, m := range w.seen {
			if _, err := sip.ParseMessage(m.Raw); err != nil || m.At.IsZero() || m.Summary == "" {
				t.Errorf("%+v: %v", m, err)
			}
		}
	})
}

// IPv6 throughout: Via, Record-Route, contact, source.
func TestIPv6(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		listen := func(addr string) *memnet.Conn {
			conn, err := n.Listen(netip.MustParseAddrPort(addr))
			if err != nil {
				t.Fatal(err)
			}
			return conn
		}
		l, err := Start(Config{Conn: listen("[::1]:5060"), Domain: "test.lo", RecordRoute: true,
			Users: map[string]digest.Secret{"bob": "bobpw"}})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		phone := func(user, addr string) *phone {
			conn := listen(addr)
			t.Cleanup(func() { _ = conn.Close() })
			return &phone{t: t, user: user, conn: conn, lab: l.Addr()}
		}
		bob, eve := phone("bob", "[::1]:5072"), phone("eve", "[::1]:5071")
		bob.register()
		eve.send(strings.ReplaceAll(eve.write(message{method: "INVITE", uri: "sip:bob@test.lo"}), "eve@test.lo", "eve@evil.lo"))
		eve.response(100)
		invite := bob.request("INVITE")
		if got := strings.Join(values(invite, "Record-Route"), ""); got != "<sip:[::1]:5060;lr>" {
			t.Errorf("route %s", got)
		}
		bob.answer(invite, 200, "OK")
		eve.response(200)
		ack := eve.inside("ACK", bob, "")
		ack.headers = []string{"Route: <sip:[::1]:5060;lr>"}
		eve.send(eve.write(ack))
		bob.request("ACK")
	})
}

// The same over real sockets and with sipgo as the client, since that is what
// the product runs on. No time passes that is waited for.
func TestOverUDP(t *testing.T) {
	socket := func() net.PacketConn {
		conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return conn
	}
	l, err := Start(Config{Conn: socket(), Domain: "test.lo", RecordRoute: true,
		Users: map[string]digest.Secret{"alice": "alicepw", "bob": "bobpw"}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()

	bob := &phone{t: t, user: "bob", conn: socket(), lab: l.Addr(), patience: time.Minute}
	defer bob.conn.Close()
	bob.register()

	conn := socket()
	defer conn.Close()
	quiet := slog.New(slog.DiscardHandler)
	tp := sip.NewTransportLayer(net.DefaultResolver, sip.NewParser(), nil, sip.WithTransportLayerLogger(quiet))
	tx := sip.NewTransactionLayer(tp, sip.WithTransactionLayerLogger(quiet))
	defer tx.Close()
	ready := make(chan struct{})
	go func() { _ = tp.ServeUDP(&firstRead{PacketConn: conn, ready: ready}) }()
	<-ready

	alice := &phone{t: t, user: "alice", conn: conn, lab: l.Addr()} // writes; sipgo reads
	m := message{method: "INVITE", uri: "sip:bob@test.lo", headers: []string{"Max-Forwards: 70"}, body: offer}
	send := func() *sip.ClientTx {
		msg, err := sip.ParseMessage([]byte(alice.write(m)))
		if err != nil {
			t.Fatal(err)
		}
		req := msg.(*sip.Request)
		req.SetDestination(l.Addr().String())
		req.Laddr = addrOf(conn.LocalAddr().(*net.UDPAddr).AddrPort())
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		c, err := tx.Request(ctx, req)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	final := func(c *sip.ClientTx) *sip.Response {
		for {
			select {
			case res := <-c.Responses():
				if !res.IsProvisional() {
					return res
				}
			case <-c.Done():
				t.Fatal(c.Err())
			}
		}
	}
	refused := final(send())
	m.headers = append(m.headers, "Proxy-Authorization: "+alice.prove(values(refused, "Proxy-Authenticate"), m, "alicepw"))
	call := send()
	bob.answer(bob.patient("INVITE"), 200, "OK")
	if res := final(call); res.StatusCode != 200 || tagOf(res) != "bob-tag" {
		t.Errorf("%s", res)
	}
	ack := alice.inside("ACK", bob, "")
	ack.headers = []string{"Route: <sip:" + l.Addr().String() + ";lr>"}
	alice.send(alice.write(ack))
	bob.patient("ACK")
}

// patient waits as long as it takes: the test's own limit is the only clock.
func (p *phone) patient(method string) *sip.Request {
	p.t.Helper()
	for {
		if req, ok := p.within(time.Minute).(*sip.Request); !ok || req.Method.String() == method {
			return req
		}
	}
}

type firstRead struct {
	net.PacketConn
	once  sync.Once
	ready chan struct{}
}

func (f *firstRead) ReadFrom(b []byte) (int, net.Addr, error) {
	f.once.Do(func() { close(f.ready) })
	return f.PacketConn.ReadFrom(b)
}
