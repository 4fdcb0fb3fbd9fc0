package lab

import (
	"net/netip"
	"testing"

	"github.com/emiago/sipgo/sip"
)

// FuzzReceive: whatever arrives, the reader neither panics nor hands on what it
// could not parse. The decoder is sipgo's; what it lets through must not hurt.
func FuzzReceive(f *testing.F) {
	f.Add([]byte("OPTIONS sip:bob@test.lo SIP/2.0\r\nVia: SIP/2.0/UDP h:5060;branch=z9hG4bK1;rport\r\nFrom: \"A\" <sip:a@b>;tag=1\r\n" +
		"To: sip:b@c\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 3\r\nRoute: <sip:127.0.0.1:5060;lr>, <sip:[::1]>\r\nContent-Length: 0\r\n\r\n"))
	f.Add([]byte("SIP/2.0 200 OK\r\nv: SIP/2.0/UDP h;branch=z9hG4bK1\r\nf: <sip:a@b>;tag=1\r\nt: <sip:b@c>;tag=2\r\ni: x\r\nCSeq: 1 BYE\r\nm: *\r\n\r\nbody"))
	// The domain with a port that is not the lab's socket: another of its wires?
	f.Add([]byte("OPTIONS sip:bob@test.lo:5460 SIP/2.0\r\nVia: SIP/2.0/UDP h:5060;branch=z9hG4bK1;rport\r\nFrom: \"A\" <sip:a@b>;tag=1\r\n" +
		"To: sip:b@c\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 3\r\nRoute: <sip:127.0.0.1:5460;lr>\r\nContent-Length: 0\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		msg, err := sip.ParseMessage(data)
		if err != nil {
			return
		}
		_ = summary(msg)
		req, ok := msg.(*sip.Request)
		if !ok || check(req) != nil {
			return
		}
		l := &Lab{self: netip.MustParseAddrPort("127.0.0.1:5060"), where: &bindings{}, wires: &streams{}, cfg: Config{Domain: "test.lo"}}
		req.SetSource("127.0.0.1:5071")
		_ = txKey(req)
		_, _, _ = l.asked(req)
		fwd, to, status := l.onward(req)
		if status == 0 && !to.IsValid() {
			t.Fatalf("sent on to nowhere: %s", fwd)
		}
	})
}
