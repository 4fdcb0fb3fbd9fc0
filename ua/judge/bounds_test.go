package judge

import (
	"bytes"
	"runtime"
	"strings"
	"testing"
)

// A message that is nothing but one kind of thing costs a small multiple of its
// size: what grows with its square is a way to stop a telephone with few packets.
func TestCostOfMonotony(t *testing.T) {
	for name, raw := range map[string]string{
		"folds":      strings.Replace(plain, "To: ", "X: a"+strings.Repeat("\r\n x", 16000)+"\r\nTo: ", 1),
		"quotes":     strings.Replace(plain, "From: <", "From: "+strings.Repeat(`"`, 64000)+"<", 1),
		"parameters": strings.Replace(plain, ";rport", strings.Repeat(";a", 30000), 1),
		"commas":     strings.Replace(plain, "To: ", "Via: "+strings.Repeat(",", 64000)+"\r\nTo: ", 1),
		"fields":     strings.Replace(plain, "To: ", strings.Repeat("a:\r\n", 15000)+"To: ", 1),
		"line ends":  strings.Repeat("\r\n", 32000) + plain,
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		Message([]byte(raw), peer)
		runtime.ReadMemStats(&after)
		if most := uint64(500 * len(raw)); after.TotalAlloc-before.TotalAlloc > most {
			t.Errorf("%s: %d octets allocated for %d", name, after.TotalAlloc-before.TotalAlloc, len(raw))
		}
	}
}

// On a stream nothing but Content-Length tells where a message ends (RFC 3261
// 20.14): a request without is refused, a response or an ACK dropped.
func TestStreamNeedsALength(t *testing.T) {
	const length = "Content-Length: 0\r\n"
	if v := Stream([]byte(plain), peer); v.Pass == nil || v.Reason != Fine {
		t.Errorf("with it: %v", v.Reason)
	}
	bare := strings.Replace(plain, length, "", 1)
	v := Stream([]byte(bare), peer)
	if v.Pass != nil || v.Reason != Missing || !bytes.HasPrefix(v.Reply, []byte("SIP/2.0 400 ")) {
		t.Errorf("without: %v, answered %q", v.Reason, v.Reply)
	}
	for _, silent := range []string{strings.ReplaceAll(bare, "OPTIONS", "ACK"), "SIP/2.0 200 OK" + bare[strings.Index(bare, "\r\n"):]} {
		if v := Stream([]byte(silent), peer); v.Pass != nil || v.Reply != nil || v.Reason != Missing {
			t.Errorf("%.10q: %v, answered %q", silent, v.Reason, v.Reply)
		}
	}
}

// A frame says where its message ends: without Content-Length one is put in for who
// reads on; one that promises more is broken as ever.
func TestFramed(t *testing.T) {
	const length = "Content-Length: 0\r\n"
	bare := strings.Replace(plain, length, "", 1) + "body"
	v := Framed([]byte(bare), peer)
	if !bytes.HasSuffix(v.Pass, []byte("Content-Length: 4\r\n\r\nbody")) {
		t.Errorf("%v\n%s", v.Reason, v.Pass)
	}
	if again := Framed(v.Pass, peer); !bytes.Equal(again.Pass, v.Pass) {
		t.Errorf("then %v\n%s", again.Reason, again.Pass)
	}
	if v := Framed([]byte(plain), peer); !bytes.Contains(v.Pass, []byte(length)) {
		t.Errorf("with it: %v\n%s", v.Reason, v.Pass)
	}
	if v := Framed([]byte(strings.Replace(plain, "Length: 0", "Length: 9", 1)), peer); v.Pass != nil || v.Reason != BodyLength {
		t.Errorf("too long: %v", v.Reason)
	}
}

// The Via of a reply says once how its sender was seen, and not what the sender
// claims (RFC 3261 18.2.1, RFC 3581 4).
func TestReceivedOnce(t *testing.T) {
	raw := strings.Replace(plain, ";rport;", ";RPort;received=198.51.100.1;", 1)
	v := Message([]byte(strings.Replace(raw, "1 OPTIONS", "1 BYE", 1)), peer)
	if want := []byte("\r\nVia: SIP/2.0/UDP 192.0.2.1;rport=5070;branch=z9hG4bKa;received=192.0.2.9\r\n"); !bytes.Contains(v.Reply, want) {
		t.Errorf("no %q in\n%s", want, v.Reply)
	}
}
