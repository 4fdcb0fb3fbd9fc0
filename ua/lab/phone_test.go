package lab

import (
	"bytes"
	"cmp"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emiago/sipgo/sip"
	"go.uber.org/goleak"

	"star18/audio/rtpstream/memnet"
	"star18/ua/digest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a lab with an in-memory network around it, in virtual time.
type world struct {
	t    *testing.T
	net  *memnet.Network
	lab  *Lab
	log  *bytes.Buffer
	mu   sync.Mutex
	seen []Message
}

// inWorld runs a test against a fresh lab. At its end everything must have ended
// by itself: synctest waits for each goroutine of the bubble.
func inWorld(t *testing.T, change func(*Config), test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, net: memnet.New(), log: new(bytes.Buffer)}
		conn, err := w.net.Listen(netip.MustParseAddrPort("127.0.0.1:5060"))
		if err != nil {
			t.Fatal(err)
		}
		cfg := Config{
			Conn:        conn,
			Domain:      "test.lo",
			Users:       map[string]digest.Secret{"alice": "alicepw", "bob": "bobpw"},
			RecordRoute: true,
			Log:         slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
			OnMessage: func(m Message) {
				w.mu.Lock()
				defer w.mu.Unlock()
				w.seen = append(w.seen, m)
			},
		}
		if change != nil {
			change(&cfg)
		}
		if w.lab, err = Start(cfg); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := w.lab.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		}()
		test(w)
	})
}

// phone is a telephone written by hand: it sends text and reads messages, and
// repeats nothing.
type phone struct {
	t    *testing.T
	user string
	conn net.PacketConn
	lab  netip.AddrPort
	seq  int
	auth digest.Session

	patience time.Duration // for a message; 0 is soon, in virtual time
}

func (w *world) phone(user string, port uint16) *phone {
	conn, err := w.net.Listen(netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = conn.Close() })
	return &phone{t: w.t, user: user, conn: conn, lab: w.lab.Addr()}
}

func (p *phone) addr() string { return p.conn.LocalAddr().String() }

func (p *phone) contact() string { return "sip:" + p.user + "@" + p.addr() }

func (p *phone) send(text string) {
	p.t.Helper()
	if _, err := p.conn.WriteTo([]byte(text), net.UDPAddrFromAddrPort(p.lab)); err != nil {
		p.t.Fatal(err)
	}
}

// within reads the next message, or nil if none comes in time.
func (p *phone) within(d time.Duration) sip.Message {
	p.t.Helper()
	if err := p.conn.SetReadDeadline(time.Now().Add(d)); err != nil {
		p.t.Fatal(err)
	}
	b := make([]byte, 65535)
	n, _, err := p.conn.ReadFrom(b)
	if err != nil {
		if !os.IsTimeout(err) {
			p.t.Fatal(err)
		}
		return nil
	}
	msg, err := sip.ParseMessage(b[:n])
	if err != nil {
		p.t.Fatalf("%s got %q: %v", p.user, b[:n], err)
	}
	return msg
}

// soon is less than T1, so that nothing is repeated meanwhile.
const soon = 400 * time.Millisecond

func (p *phone) response(status int) *sip.Response {
	p.t.Helper()
	msg := p.within(cmp.Or(p.patience, soon))
	res, ok := msg.(*sip.Response)
	if !ok || res.StatusCode != status {
		p.t.Fatalf("%s wants a %d, got %s", p.user, status, show(msg))
	}
	return res
}

func (p *phone) request(method string) *sip.Request {
	p.t.Helper()
	msg := p.within(cmp.Or(p.patience, soon))
	req, ok := msg.(*sip.Request)
	if !ok || req.Method.String() != method {
		p.t.Fatalf("%s wants %s, got %s", p.user, method, show(msg))
	}
	return req
}

func (p *phone) nothing(d time.Duration) {
	p.t.Helper()
	if msg := p.within(d); msg != nil {
		p.t.Fatalf("%s wants silence, got %s", p.user, show(msg))
	}
}

func show(msg sip.Message) string {
	if msg == nil {
		return "nothing"
	}
	return "\n" + msg.String()
}

// message is a request as text; headers and body come as the test wants them.
type message struct {
	method, uri, to string
	branch          string // empty: a new one
	cseq            int    // 0: the next
	toTag           string
	headers         []string
	body            string
}

func (p *phone) write(m message) string {
	p.seq++
	if m.cseq == 0 {
		m.cseq = p.seq
	}
	if m.branch == "" {
		m.branch = fmt.Sprintf("z9hG4bK-%s-%d", p.user, p.seq)
	}
	if m.to == "" {
		m.to = m.uri
	}
	if m.toTag != "" {
		m.toTag = ";tag=" + m.toTag
	}
	lines := []string{
		m.method + " " + m.uri + " SIP/2.0",
		"Via: SIP/2.0/UDP " + p.addr() + ";rport;branch=" + m.branch,
		"From: <sip:" + p.user + "@test.lo>;tag=" + p.user + "-tag",
		"To: <" + m.to + ">" + m.toTag,
		"Call-ID: call-of-" + p.user,
		fmt.Sprintf("CSeq: %d %s", m.cseq, m.method),
		"Contact: <" + p.contact() + ">",
	}
	lines = append(lines, m.headers...)
	lines = append(lines, fmt.Sprintf("Content-Length: %d", len(m.body)), "", m.body)
	return strings.Join(lines, "\r\n")
}

// ask sends a request and answers the one challenge that it is to meet.
func (p *phone) ask(m message, password string) {
	p.t.Helper()
	status, offer, proof := 407, "Proxy-Authenticate", "Proxy-Authorization: "
	if m.method == "REGISTER" {
		status, offer, proof = 401, "WWW-Authenticate", "Authorization: "
	}
	p.send(p.write(m))
	res := p.response(status)
	if m.method == "INVITE" {
		p.send(p.write(message{method: "ACK", uri: m.uri, branch: p.lastBranch(), cseq: p.seq, toTag: tagOf(res)}))
	}
	m.headers = append(m.headers, proof+p.prove(values(res, offer), m, password))
	p.send(p.write(m))
}

func (p *phone) lastBranch() string { return fmt.Sprintf("z9hG4bK-%s-%d", p.user, p.seq) }

func (p *phone) prove(challenges []string, m message, password string) string {
	p.t.Helper()
	answers, err := p.auth.Answer(challenges, digest.Credentials{User: p.user, Password: digest.Secret(password)}, m.method, m.uri)
	if err != nil {
		p.t.Fatal(err)
	}
	return answers[0].Value
}

func tagOf(msg sip.Message) string {
	tag, _ := msg.To().Params.Get("tag")
	return tag
}

func (p *phone) register() *sip.Response {
	p.t.Helper()
	p.ask(message{method: "REGISTER", uri: "sip:test.lo", to: "sip:" + p.user + "@test.lo"}, p.user+"pw")
	return p.response(200)
}

// answer writes a response to a request that the phone got.
func (p *phone) answer(req *sip.Request, status int, reason string, more ...string) {
	p.t.Helper()
	res := sip.NewResponseFromRequest(req, status, reason, nil)
	if to := res.To(); to != nil && status > 100 {
		to.Params.Remove("tag")
		to.Params.Add("tag", p.user+"-tag")
	}
	res.AppendHeader(&sip.ContactHeader{Address: uri(p.t, p.contact())})
	for _, line := range more {
		name, value, _ := strings.Cut(line, ": ")
		res.AppendHeader(sip.NewHeader(name, value))
	}
	p.send(res.String())
}

func uri(t *testing.T, text string) sip.Uri {
	t.Helper()
	var u sip.Uri
	if err := sip.ParseUri(text, &u); err != nil {
		t.Fatal(err)
	}
	return u
}

// ladder is what the observer saw, for comparing whole exchanges.
func (w *world) ladder() string {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	var b strings.Builder
	for _, m := range w.seen {
		lost := ""
		if m.Lost {
			lost = " LOST"
		}
		fmt.Fprintf(&b, "%d>%d %s%s\n", m.From.Port(), m.To.Port(), m.Summary, lost)
	}
	return b.String()
}
