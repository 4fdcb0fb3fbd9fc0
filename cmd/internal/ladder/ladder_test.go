package ladder

import (
	"encoding/base64"
	"net/netip"
	"strings"
	"testing"
	"time"

	"star18/cmd/internal/capture"
)

func text(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n")) }

func body(n int) string { return base64.StdEncoding.EncodeToString(make([]byte, n)) }

// The oracle for lengths is the layout of the secure call's messages: a Hello
// has 264 bytes, or 392 with a CA; a Final 132 or 68.
func TestLabel(t *testing.T) {
	for _, tt := range []struct {
		data []byte
		want string
	}{
		{text("INVITE sip:14085551234@127.0.0.1 SIP/2.0", "CSeq: 1 INVITE", "", ""), "INVITE 14085551234"},
		{text("REGISTER sip:lab SIP/2.0", "CSeq: 2 REGISTER", "Authorization: Digest x", "", ""), "REGISTER, digest"},
		{text("SIP/2.0 401 Unauthorized", "cseq : 1 REGISTER", "", ""), "401 Unauthorized (REGISTER)"},
		{text("INFO sip:a SIP/2.0", "CSeq: 3 INFO", "", body(264)), "INFO Caller Hello"},
		{text("SIP/2.0 200 OK", "CSeq: 3 INFO", "", body(392)), "200 OK Callee Hello"},
		{text("INFO sip:a SIP/2.0", "CSeq: 4 INFO", "", body(132)), "INFO Caller Final"},
		{text("INFO sip:a SIP/2.0", "CSeq: 4 INFO", "", body(68)), "INFO Caller Final"},
		{text("INFO sip:a SIP/2.0", "CSeq: 4 INFO", "", "Signal=5"), "INFO"},
		{text("SIP/2.0 200 OK", "CSeq: 4 INFO", "", ""), "200 OK no body"},
		{text("SIP/2.0 488 Not Acceptable Here", "CSeq: 4 INFO", "", ""), "488 Not Acceptable Here no body"},
		{text("", ""), ""},
		{text("\r\n\r\n"), ""},
	} {
		if got := Label(tt.data); got != tt.want {
			t.Errorf("%.40q: %q, want %q", tt.data, got, tt.want)
		}
	}
}

func TestDrawing(t *testing.T) {
	a, p, b := netip.MustParseAddrPort("127.0.0.1:1"), netip.MustParseAddrPort("127.0.0.1:2"), netip.MustParseAddrPort("127.0.0.1:3")
	start := time.Unix(1000, 0)
	var out strings.Builder
	l := New(&out, start)
	l.Assign(a, Caller)
	l.Assign(p, Proxy)
	l.Assign(b, Callee)
	rtp := func(n int) []byte { return append([]byte{0x80}, make([]byte, n-1)...) }
	for i, d := range []capture.Datagram{
		{From: a, To: p, Data: text("INVITE sip:14085551234@x SIP/2.0", "CSeq: 1 INVITE", "", "")},
		{From: p, To: b, Data: text("INVITE sip:14085551234@x SIP/2.0", "CSeq: 1 INVITE", "", "")},
		{From: b, To: p, Data: text("SIP/2.0 180 Ringing", "CSeq: 1 INVITE", "", "")},
		{From: p, To: a, Data: text("SIP/2.0 200 "+strings.Repeat("very ", 9), "CSeq: 1 INVITE", "", "")},
		{From: a, To: b, Data: rtp(172)},
		{From: a, To: b, Data: rtp(172)},
		{From: b, To: a, Data: rtp(172)},
		{From: b, To: a, Data: rtp(182)},
		{From: a, To: netip.MustParseAddrPort("127.0.0.1:9"), Data: rtp(172)},
		{From: a, To: p, Data: []byte("\r\n\r\n")},
	} {
		d.Time = start.Add(time.Duration(i) * 100 * time.Millisecond)
		l.Add(&d)
	}
	want := `   ms  caller                            proxy                             callee
    0  |-- INVITE 14085551234 ---------->|                                 |
  100  |                                 |-- INVITE 14085551234 ---------->|
  200  |                                 |<- 180 Ringing (INVITE) ---------|
  300  |<- 200 very very very very v.. --|                                 |
  400  |== RTP in clear ==================================================>|
  600  |<= RTP in clear ===================================================|
  700  |<= SRTP, from here on protected ===================================|
`
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", &out, want)
	}
}
