package ua

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// stranger is a socket that sends requests written by hand to the callee and
// reads the status of the answer.
type stranger struct {
	t    *testing.T
	conn Socket
	from string
	seq  int
}

var strangerAddr = netip.MustParseAddrPort("192.0.2.66:5060")

func newStranger(t *testing.T, r *rig) *stranger {
	t.Helper()
	conn, err := r.net.Listen(strangerAddr)
	if err != nil {
		t.Fatal(err)
	}
	return &stranger{t: t, conn: conn, from: "s", seq: 1}
}

// ask sends a request with these headers; inside is empty or "tag;Call-ID".
func (x *stranger) ask(method, headers, inside string) string {
	x.t.Helper()
	x.seq++
	to, callID := "<sip:"+calleeUser+"@"+labDomain+">", fmt.Sprintf("stranger%d", x.seq)
	if tag, id, ok := strings.Cut(inside, ";"); ok {
		to, callID = to+";tag="+tag, id
	}
	text := fmt.Sprintf("%s sip:%s@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.66;branch=z9hG4bKstranger%d\r\nFrom: <sip:x@y>;tag=%s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\nMax-Forwards: 70\r\nContact: <sip:x@192.0.2.66>\r\n%sContent-Length: 0\r\n\r\n",
		method, calleeUser, x.seq, x.from, to, callID, x.seq, method, headers)
	if _, err := x.conn.WriteToUDPAddrPort([]byte(text), calleeAddr); err != nil {
		x.t.Fatal(err)
	}
	buf := make([]byte, 4000)
	for {
		x.conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		n, _, err := x.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return "no answer"
		}
		answer := string(buf[:n])
		status, found := strings.CutPrefix(answer, "SIP/2.0 ")
		if found && !strings.HasPrefix(status, "1") && strings.Contains(answer, fmt.Sprintf("branch=z9hG4bKstranger%d", x.seq)) {
			return status[:3]
		}
	}
}

func (x *stranger) close() { x.conn.Close() }

// A line that is there for its own proxy alone leaves strangers in the dark: right
// or wrong, inside a dialog that there is not or outside. A call goes on with whom it
// is, wherever he sends from.
func TestRestrictedSource(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(_, callee *Config) { callee.RestrictSource = true })
		x := newStranger(t, r)
		for _, method := range []string{"INVITE", "OPTIONS", "REGISTER", "WINK", "NOTIFY", "REFER"} {
			if got := x.ask(method, "", ""); got != "no answer" {
				t.Errorf("%s: %s", method, got)
			}
		}
		for _, broken := range []string{"Max-Forwards: many\r\n", "Require: magic\r\n"} {
			if got := x.ask("OPTIONS", broken, ""); got != "no answer" {
				t.Errorf("%q: %s", broken, got)
			}
		}
		if got := x.ask("BYE", "", "tag;unknown"); got != "no answer" {
			t.Errorf("BYE to nothing: %s", got)
		}
		out, in := r.dial(false)
		x.from, _ = in.in.req.From().Params.Get("tag")
		if got := x.ask("OPTIONS", "", in.key.localTag+";"+in.key.callID); got != "200" {
			t.Errorf("inside the call: %s", got)
		}
		in.Hangup()
		<-out.Done()
		if n := count[Incoming](r.callee); n != 1 {
			t.Errorf("%d calls came", n)
		}
		x.close()
		r.close()
	})
}
