package sipnet

import (
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
)

// wsServer is the far end of WebSockets, at there.
type wsServer struct {
	t        *testing.T
	protocol string // that it takes
	l        net.Listener

	mu    sync.Mutex
	paths []string
	hosts []string
	conn  net.Conn // the latest
	texts chan string
	pings int
	deaf  bool // answers no ping
}

func serveWebSockets(t *testing.T, w wires, protocol string) *wsServer {
	t.Helper()
	l, err := w.streams.Listen(there)
	if err != nil {
		t.Fatal(err)
	}
	s := &wsServer{t: t, l: l, protocol: protocol, texts: make(chan string, 100)}
	go s.serve()
	return s
}

func (s *wsServer) serve() {
	for {
		conn, err := s.l.Accept()
		if err != nil {
			return
		}
		go s.talk(conn)
	}
}

func (s *wsServer) talk(conn net.Conn) {
	defer conn.Close()
	up := ws.Upgrader{
		Protocol:  func(p []byte) bool { return string(p) == s.protocol },
		OnRequest: func(uri []byte) error { s.note(&s.paths, uri); return nil },
		OnHost:    func(host []byte) error { s.note(&s.hosts, host); return nil },
	}
	if _, err := up.Upgrade(conn); err != nil {
		return
	}
	s.mu.Lock()
	s.conn = conn
	s.mu.Unlock()
	for {
		f, err := ws.ReadFrame(conn)
		if err != nil {
			return
		}
		if !f.Header.Masked {
			s.t.Error("a client's frame that is not masked")
		}
		s.frame(conn, ws.UnmaskFrame(f))
	}
}

func (s *wsServer) frame(conn net.Conn, f ws.Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch f.Header.OpCode {
	case ws.OpPing:
		if s.pings++; !s.deaf {
			ws.WriteFrame(conn, ws.NewPongFrame(f.Payload))
		}
	default:
		s.texts <- string(f.Payload)
	}
}

func (s *wsServer) note(list *[]string, text []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*list = append(*list, string(text))
}

func (s *wsServer) say(text string) {
	s.t.Helper()
	if err := wsutil.WriteServerText(s.latest(), []byte(text)); err != nil {
		s.t.Error(err)
	}
}

func (s *wsServer) latest() net.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn
}

// close ends the server and its connection.
func (s *wsServer) close() {
	s.l.Close()
	if conn := s.latest(); conn != nil {
		conn.Close()
	}
}

func wsEndpoint(t *testing.T, w wires, h Handler) *Endpoint {
	t.Helper()
	return w.endpoint(t, here, h, func(c *Config) { c.Path = "/ws" })
}

// Requests go both ways, each a text frame (RFC 7118): ours says in its Via how it
// travels, theirs may come in pieces, with a ping between them.
func TestWebSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		s := serveWebSockets(t, w, "sip")
		h := &wsHandler{taken: taken{status: 200}}
		e := wsEndpoint(t, w, h)
		h.e = e
		hop := Hop{Transport: WS, Addr: there, Name: "pbx.example.com"}
		go func() {
			ask := <-s.texts
			if !strings.Contains(ask, "\r\nVia: SIP/2.0/WS 192.0.2.1:") {
				t.Errorf("sent\n%s", ask)
			}
			_, head, _ := strings.Cut(ask, "\r\n")
			head = head[:strings.Index(head, "\r\n\r\n")]
			s.say("SIP/2.0 200 OK\r\n" + strings.Replace(head, "To: <sip:b@x>", "To: <sip:b@x>;tag=t", 1) + "\r\n\r\n")
		}()
		if res, err := e.Do(t.Context(), request(sip.OPTIONS, 1), hop); err != nil || res.StatusCode != 200 {
			t.Fatalf("%v %v", res, err)
		}
		if path, host := strings.Join(s.paths, " "), strings.Join(s.hosts, " "); path != "/ws" || host != "pbx.example.com:5060" {
			t.Errorf("asked %s for %s", host, path)
		}
		const theirs = options + "Content-Length: 0\r\n\r\n"
		ws.WriteFrame(s.latest(), ws.NewFrame(ws.OpText, false, []byte(theirs[:40])))
		ws.WriteFrame(s.latest(), ws.NewPingFrame([]byte("here?")))
		ws.WriteFrame(s.latest(), ws.NewFrame(ws.OpContinuation, true, []byte(theirs[40:])))
		if got := <-s.texts; got != "here?" {
			t.Errorf("to the ping: %q", got)
		}
		if got := <-s.texts; !strings.HasPrefix(got, "SIP/2.0 200 ") {
			t.Errorf("answered %q", got)
		}
		if h.from.String() != "ws "+there.String() {
			t.Errorf("it came from %v", h.from)
		}
		s.close()
		closeAll(e)
	})
}

type wsHandler struct {
	taken
	e    *Endpoint
	from Hop
}

func (h *wsHandler) OnRequest(req *sip.Request, tx *ServerTx) {
	h.from = h.e.Origin(req)
	h.taken.OnRequest(req, tx)
}

// What is no WebSocket server for SIP is told from one that is away, and named.
func TestNoWebSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		chat := serveWebSockets(t, w, "chat")
		e := wsEndpoint(t, w, &taken{})
		_, err := e.Do(t.Context(), request(sip.OPTIONS, 1), over(WS, there))
		if !errors.Is(err, ErrNoWebSocket) || !errors.Is(err, ErrConnection) {
			t.Errorf("another protocol: %v", err)
		}
		chat.close()
		l, err := w.streams.Listen(there)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for _, answer := range []string{"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", ""} {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				conn.Read(make([]byte, 4096))
				conn.Write([]byte(answer))
				time.Sleep(time.Second)
				conn.Close()
			}
		}()
		if _, err = e.Do(t.Context(), request(sip.OPTIONS, 2), over(WS, there)); !errors.Is(err, ErrNoWebSocket) || !strings.Contains(err.Error(), "404") {
			t.Errorf("a web server without: %v", err)
		}
		if _, err = e.Do(t.Context(), request(sip.OPTIONS, 3), over(WS, there)); errors.Is(err, ErrNoWebSocket) || !errors.Is(err, ErrConnection) {
			t.Errorf("closed in the midst of it: %v", err)
		}
		l.Close()
		closeAll(e)
	})
}

// A WebSocket that is silent is asked by a ping; one that answered before and does
// not now is gone, as with other connections. So is one that says goodbye.
func TestWebSocketKeepalive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		s := serveWebSockets(t, w, "sip")
		h := &taken{}
		e := wsEndpoint(t, w, h)
		if _, err := e.Connect(t.Context(), over(WS, there)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2*pingAfter + time.Second)
		s.mu.Lock()
		if s.pings < 1 || h.losses() != 0 {
			t.Errorf("%d pings, %d losses", s.pings, h.losses())
		}
		s.deaf = true
		s.mu.Unlock()
		time.Sleep(pingAfter + 2*pongLimit)
		if h.losses() != 1 {
			t.Errorf("%d losses after silence", h.losses())
		}
		if _, err := e.Connect(t.Context(), over(WS, there)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		ws.WriteFrame(s.latest(), ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusGoingAway, "")))
		time.Sleep(time.Second)
		if h.losses() != 2 {
			t.Errorf("%d losses after goodbye", h.losses())
		}
		s.close()
		closeAll(e)
	})
}

// A frame that is longer than any message ends the connection, and is not read.
func TestWebSocketBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		s := serveWebSockets(t, w, "sip")
		h := &taken{}
		e := wsEndpoint(t, w, h)
		for name, frames := range map[string][]ws.Frame{
			"one frame":   {ws.NewTextFrame(make([]byte, maxMessage+1))},
			"many frames": {ws.NewFrame(ws.OpText, false, make([]byte, maxMessage-1)), ws.NewFrame(ws.OpContinuation, true, make([]byte, maxMessage-1))},
			"masked":      {ws.MaskFrame(ws.NewTextFrame([]byte("x")))},
		} {
			before := h.losses()
			if _, err := e.Connect(t.Context(), over(WS, there)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			for _, f := range frames {
				if ws.WriteFrame(s.latest(), f) == io.EOF {
					break
				}
			}
			time.Sleep(time.Second)
			if h.losses() != before+1 {
				t.Errorf("%s: the connection goes on", name)
			}
		}
		s.close()
		closeAll(e)
	})
}
