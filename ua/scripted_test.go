package ua

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"star18/audio/rtpstream/memnet"
)

// scriptedPeer is the other end written out by hand: it sends what a test says
// and repeats nothing.
type scriptedPeer struct {
	t    *testing.T
	conn Socket
	at   netip.AddrPort
	to   netip.AddrPort
	n    int
	last string // the latest message that was read
	over bool
}

// scripted has a script in place of the callee.
func scripted(t *testing.T, change func(*Config)) (*rig, *scriptedPeer) {
	t.Helper()
	r := &rig{t: t, net: memnet.New()}
	cfg := r.config(callerUser, callerAddr, calleeAddr)
	if change != nil {
		change(&cfg)
	}
	r.caller = r.newEnd(cfg, callerTone)
	return r, r.script(calleeAddr, callerAddr)
}

// scriptedCaller has a script in place of the caller.
func scriptedCaller(t *testing.T, change func(*Config)) (*rig, *scriptedPeer) {
	t.Helper()
	r := &rig{t: t, net: memnet.New()}
	cfg := r.config(calleeUser, calleeAddr, callerAddr)
	if change != nil {
		change(&cfg)
	}
	r.callee = r.newEnd(cfg, calleeTone)
	return r, r.script(callerAddr, calleeAddr)
}

func (r *rig) script(at, to netip.AddrPort) *scriptedPeer {
	r.t.Helper()
	conn, err := r.net.Listen(at)
	if err != nil {
		r.t.Fatal(err)
	}
	p := &scriptedPeer{t: r.t, conn: conn, at: at, to: to}
	r.t.Cleanup(func() { p.end(r) }) // of a test that has failed half-way
	return p
}

// end closes the script's socket and the line.
func (p *scriptedPeer) end(r *rig) {
	if p.over {
		return
	}
	p.over = true
	p.conn.Close()
	r.close()
}

// message is one SIP message as text.
type message string

func (m message) first() string {
	line, _, _ := strings.Cut(string(m), "\r\n")
	return line
}

// all is every header line of this name, with its line end.
func (m message) all(name string) string {
	head, _, _ := strings.Cut(string(m), "\r\n\r\n")
	var out strings.Builder
	for line := range strings.SplitSeq(head, "\r\n") {
		if strings.HasPrefix(line, name+":") {
			out.WriteString(line + "\r\n")
		}
	}
	return out.String()
}

func (m message) header(name string) string {
	_, value, _ := strings.Cut(strings.TrimRight(m.all(name), "\r\n"), ":")
	return strings.TrimSpace(value)
}

func (m message) body() string { return string(bodyOf([]byte(m))) }

func (m message) wants(t *testing.T, name, value string) {
	t.Helper()
	if got := m.header(name); got != value {
		t.Errorf("%s: %s %q, want %q", m.first(), name, got, value)
	}
}

// next is the next message that begins so; others before it are passed over.
func (p *scriptedPeer) next(begin string) message {
	p.t.Helper()
	m, ok := p.within(begin, 100*time.Second)
	if !ok {
		p.t.Fatalf("no %s; the last message was\n%s", begin, p.last)
	}
	return m
}

// within is next with a limit.
func (p *scriptedPeer) within(begin string, d time.Duration) (message, bool) {
	buf := make([]byte, 65536)
	p.conn.SetReadDeadline(time.Now().Add(d))
	for {
		n, _, err := p.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return "", false
		}
		if p.last = string(buf[:n]); strings.HasPrefix(p.last, begin) {
			return message(p.last), true
		}
	}
}

// none fails if such a message comes within d.
func (p *scriptedPeer) none(begin string, d time.Duration) {
	p.t.Helper()
	if m, ok := p.within(begin, d); ok {
		p.t.Errorf("unexpected\n%s", m)
	}
}

// reply answers a request; tag goes into To if that has none; more are header
// lines.
func (p *scriptedPeer) reply(req message, status, tag, more, body string) {
	to := strings.TrimRight(req.all("To"), "\r\n")
	if tag != "" && !strings.Contains(to, ";tag=") {
		to += ";tag=" + tag
	}
	p.say("SIP/2.0 " + status + "\r\n" + req.all("Via") + req.all("From") + to + "\r\n" + req.all("Call-ID") + req.all("CSeq") + more + typed(body))
}

// contact is where the script can be reached.
func (p *scriptedPeer) contact() string { return fmt.Sprintf("Contact: <sip:peer@%v>\r\n", p.at) }

// request sends one in the dialog of an INVITE: our own, if res is its answer,
// or the line's, whose tag for us is mine.
func (p *scriptedPeer) request(method string, seq int, from, to, callID, more, body string) {
	p.n++
	p.say(fmt.Sprintf("%s sip:x@%v SIP/2.0\r\nVia: SIP/2.0/UDP %v;branch=z9hG4bKs%d\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\nMax-Forwards: 70\r\n%s%s",
		method, p.to, p.at, p.n, from, to, callID, seq, method, more, typed(body)))
}

// back sends a request the other way in the dialog that an INVITE of the line
// and our tag make.
func (p *scriptedPeer) back(invite message, tag, method string, seq int, more, body string) {
	p.request(method, seq, invite.header("To")+";tag="+tag, invite.header("From"), invite.header("Call-ID"), more, body)
}

// on sends a request in the dialog that our INVITE and the line's answer made.
func (p *scriptedPeer) on(res message, method string, seq int, more, body string) {
	p.request(method, seq, res.header("From"), res.header("To"), res.header("Call-ID"), more, body)
}

// invite sends an INVITE of ours, with number 1.
func (p *scriptedPeer) invite(more, body string) {
	p.request("INVITE", 1, "<sip:peer@example.test>;tag=peer", "<sip:"+calleeUser+"@"+labDomain+">", "script", p.contact()+more, body)
}

func (p *scriptedPeer) say(text string) { p.conn.WriteToUDPAddrPort([]byte(text), p.to) }

func typed(body string) string {
	if body == "" {
		return "Content-Length: 0\r\n\r\n"
	}
	return fmt.Sprintf("Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// sound is a description of PCMU at this port of the script.
func (p *scriptedPeer) sound(port int, more ...string) string {
	return fmt.Sprintf("v=0\r\no=- 7 1 IN IP4 %[1]v\r\ns=-\r\nc=IN IP4 %[1]v\r\nt=0 0\r\nm=audio %[2]d RTP/AVP 0\r\n%[3]s", p.at.Addr(), port, strings.Join(more, ""))
}

// answerCall takes the line's INVITE and answers it with tag; the ACK is read.
func (p *scriptedPeer) answerCall(tag, more string) (invite message) {
	p.t.Helper()
	invite = p.next("INVITE")
	p.reply(invite, "180 Ringing", tag, p.contact(), "")
	time.Sleep(ringTime)
	p.reply(invite, "200 OK", tag, p.contact()+more, p.sound(20000))
	p.next("ACK")
	return invite
}

// reached lets the line answer our INVITE, acknowledges it and gives its 200.
func (p *scriptedPeer) reached(r *rig, more string) (*Call, message) {
	p.t.Helper()
	p.invite(more, p.sound(20000))
	in := r.ring()
	time.Sleep(ringTime)
	if err := in.Answer(); err != nil {
		p.t.Fatal(err)
	}
	ok := p.next("SIP/2.0 200")
	p.on(ok, "ACK", 1, "", "")
	time.Sleep(ringTime)
	return in, ok
}
