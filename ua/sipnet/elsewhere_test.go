package sipnet

import (
	"bytes"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio/rtpstream/memnet"
)

// An INVITE whose stream breaks comes again by UDP (RFC 3261 18.1.1), and one
// whose router has changed its mind from another port: the same transaction, told
// once to who handles it and answered where it was asked last.
func TestAskedAgainByAnotherWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		h := &taken{status: 415}
		e := w.endpoint(t, here, h)
		const ask = "INVITE sip:b@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.2;rport;branch=z9hG4bKonce\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: c\r\n" +
			"CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
		conn, err := w.streams.Dial(t.Context(), there.Addr(), here)
		if err != nil {
			t.Fatal(err)
		}
		conn.Write([]byte(ask))
		buf := make([]byte, 65536)
		n, err := conn.Read(buf)
		if err != nil || !bytes.HasPrefix(buf[:n], []byte("SIP/2.0 415 ")) {
			t.Fatalf("%q %v", buf[:n], err)
		}
		var mu sync.Mutex
		var answers []string
		w.Tap(func(p memnet.Packet) {
			mu.Lock()
			defer mu.Unlock()
			if p.From == here {
				answers = append(answers, p.To.String()+" "+strings.Fields(string(p.Data))[1])
			}
		})
		for _, from := range []string{"192.0.2.2:5060", "192.0.2.2:40000"} {
			w.Inject(netip.MustParseAddrPort(from), here, []byte(ask))
			time.Sleep(100 * time.Millisecond)
		}
		mu.Lock()
		if got := strings.Join(answers, ", "); got != "192.0.2.2:5060 415, 192.0.2.2:40000 415" || h.methods() != "INVITE" {
			t.Errorf("answered %s, told %s", got, h.methods())
		}
		mu.Unlock()
		w.Inject(there, here, []byte(strings.ReplaceAll(ask, "INVITE", "ACK")))
		time.Sleep(time.Minute)
		e.underWay.mu.Lock()
		if n := len(e.underWay.open); n != 0 {
			t.Errorf("%d still kept", n)
		}
		e.underWay.mu.Unlock()
		w.Inject(there, here, []byte(ask)) // long over: another transaction
		time.Sleep(100 * time.Millisecond)
		if h.methods() != "INVITE ACK INVITE" {
			t.Errorf("told %s", h.methods())
		}
		conn.Close()
		closeAll(e)
	})
}
