package judge

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"
)

var peer = netip.MustParseAddrPort("192.0.2.9:5070")

// plain is a request of which each test changes one thing.
const plain = "OPTIONS sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bKa\r\nMax-Forwards: 70\r\n" +
	"From: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\nCall-ID: c@1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"

// Oracles: the sections of RFC 3261 named in reasons and comments of the package.
func TestReasons(t *testing.T) {
	for _, tc := range []struct {
		name     string
		old, new string
		want     Reason
		status   string // of the reply; "" is none
	}{
		{"as it should be", "", "", Fine, ""},
		{"compact names", "Call-ID", "i", Fine, ""},
		{"folded", "To: ", "To:\r\n  ", Fine, ""},
		{"space before the colon", "To:", "To  :", Fine, ""},
		{"no Max-Forwards", "Max-Forwards: 70\r\n", "", Fine, ""},
		{"no Content-Length", "Content-Length: 0\r\n", "", Fine, ""},
		{"a tel URI", "sip:b@example.com SIP", "tel:+14085551234 SIP", Fine, ""},
		{"an IPv6 host", "sip:b@example.com SIP", "sip:b@[2001:db8::1]:5062;lr SIP", Fine, ""},
		{"lower case version", "com SIP/2.0", "com sip/2.0", Fine, ""},
		{"two Vias in one", "Via: ", "Via: SIP/2.0/TCP p.example.com;branch=z9hG4bKp, ", Fine, ""},
		{"a quoted comma", "From: <", `From: "A, \"B\" <x>" <`, Fine, ""},

		{"version", "com SIP/2.0", "com SIP/3.0", Version, "505"},
		{"scheme", "sip:b@example.com SIP", "mailto:b@example.com SIP", Scheme, "416"},
		{"method", "OPTIONS sip:b@example.com", "WINK sip:b@example.com", Mismatch, "400"},
		{"method of CSeq", "1 OPTIONS", "1 INVITE", Mismatch, "400"},
		{"no URI", "sip:b@example.com SIP", " SIP", Syntax, "400"},
		{"port", "example.com SIP", "example.com:99999 SIP", Syntax, "400"},
		{"header in the URI", "example.com SIP", "example.com?Subject=x SIP", Syntax, "400"},
		{"IPv6 without brackets", "b@example.com SIP", "2001:db8::1 SIP", Syntax, "400"},
		{"no Call-ID", "Call-ID: c@1\r\n", "", Missing, "400"},
		{"no From", "From: <sip:a@example.com>;tag=1\r\n", "", Missing, "400"},
		{"no tag", ";tag=1", "", Fine, ""},
		{"no CSeq", "CSeq: 1 OPTIONS\r\n", "", Missing, "400"},
		{"two To", "To: ", "To: <sip:x@x>\r\nTo: ", Repeated, "400"},
		{"CSeq of 2**31", "CSeq: 1", "CSeq: 2147483648", Range, "400"},
		{"CSeq of 2**31-1", "CSeq: 1", "CSeq: 2147483647", Fine, ""},
		{"Max-Forwards", ": 70", ": many", Syntax, "400"},
		{"Content-Length too long", "Length: 0", "Length: 1", BodyLength, "400"},
		{"Content-Length below zero", "Length: 0", "Length: -1", Syntax, "400"},
		{"Content-Length beyond all", "Length: 0", "Length: 99999999999999999999", BodyLength, "400"},
		{"a line without a colon", "Max-Forwards: 70", "Max-Forwards 70", Syntax, "400"},
		{"half a line end", "c@1", "c\n@1", Syntax, "400"},
		{"quote", "From: <", `From: "A <`, Syntax, "400"},
		{"unquoted comma in a name", "From: <", `From: A, B <`, Syntax, "400"},
		{"space in an address", "<sip:a@", "<sip: a@", Syntax, "400"},
		{"a third of a bracket", "To: <sip:b@example.com>", "To: <sip:b@example.com", Syntax, "400"},
		{"separators in Via", ";rport", ";;rport", Syntax, "400"},
		{"the cookie alone", "z9hG4bKa", "z9hG4bK", Syntax, "400"},
		{"too many fields", "To: ", strings.Repeat("X: y\r\n", 300) + "To: ", TooMuch, "513"},
		{"too many Vias", "Via: ", "Via: " + strings.Repeat("SIP/2.0/UDP h;branch=z9hG4bKx,", 80), TooMuch, "513"},
		{"no empty line", "\r\n\r\n", "\r\n", Syntax, "400"},
		{"no Via", "Via: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bKa\r\n", "", Nonsense, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			raw := strings.Replace(plain, tc.old, tc.new, 1)
			v := Message([]byte(raw), peer)
			if v.Reason != tc.want {
				t.Errorf("%v (%s), want %v", v.Reason, v.Detail, tc.want)
			}
			if (v.Pass != nil) != (tc.want == Fine) {
				t.Errorf("passed: %v", v.Pass != nil)
			}
			status := ""
			if v.Reply != nil {
				status = string(v.Reply[8:11])
			}
			if status != tc.status {
				t.Errorf("answered %q, want %q", status, tc.status)
			}
		})
	}
}

// A method is a token that is compared letter by letter (RFC 3261 7.1); one that
// nobody knows is not implemented, whatever else the request names.
func TestMethods(t *testing.T) {
	for method, want := range map[string]Reason{"WINK": Method, "options": Method, "RE%47ISTER": Method, "INVITE": Fine, "PUBLISH": Fine} {
		if v := Message([]byte(strings.ReplaceAll(plain, "OPTIONS", method)), peer); v.Reason != want {
			t.Errorf("%s: %v, want %v", method, v.Reason, want)
		}
	}
}

// An ACK is never answered, however broken, and a response neither.
func TestNeverAnswered(t *testing.T) {
	ack := strings.ReplaceAll(plain, "OPTIONS", "ACK")
	for _, raw := range []string{
		strings.Replace(ack, "Call-ID: c@1\r\n", "", 1),
		strings.Replace(ack, "1 ACK", "1 BYE", 1),
		"SIP/2.0 99 Low" + plain[strings.Index(plain, "\r\n"):],
		"SIP/2.0 700 High" + plain[strings.Index(plain, "\r\n"):],
		"SIP/2.0 20 Short" + plain[strings.Index(plain, "\r\n"):],
		"SIP/3.0 200 OK" + plain[strings.Index(plain, "\r\n"):],
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\x00\x01\x02", "x",
	} {
		if v := Message([]byte(raw), peer); v.Pass != nil || v.Reply != nil || v.Reason == Fine {
			t.Errorf("%.20q: %v, answered %q", raw, v.Reason, v.Reply)
		}
	}
	for _, raw := range []string{"", "\r\n", "\r\n\r\n"} {
		if v := Message([]byte(raw), peer); v.Reason != Keepalive || v.Reply != nil {
			t.Errorf("%q: %v", raw, v.Reason)
		}
	}
}

// RFC 3261 8.2.6.2 and RFC 3581 4: what a reply copies and what it adds; the same
// request gets the same reply (8.2.7).
func TestReply(t *testing.T) {
	raw := strings.Replace(plain, "OPTIONS sip", "WINK sip", 1)
	raw = strings.Replace(raw, "1 OPTIONS", "1 WINK", 1)
	v := Message([]byte(raw), peer)
	for _, line := range []string{
		"SIP/2.0 501 Not Implemented\r\n",
		"Via: SIP/2.0/UDP 192.0.2.1;rport=5070;branch=z9hG4bKa;received=192.0.2.9\r\n",
		"From: <sip:a@example.com>;tag=1\r\n", "To: <sip:b@example.com>;tag=", "Call-ID: c@1\r\n", "CSeq: 1 WINK\r\n", "Content-Length: 0\r\n\r\n",
	} {
		if !bytes.Contains(v.Reply, []byte(line)) {
			t.Errorf("no %q in\n%s", line, v.Reply)
		}
	}
	if again := Message([]byte(raw), peer); !bytes.Equal(again.Reply, v.Reply) {
		t.Error("the same request was answered in another way")
	}
}

// The octets after a datagram's body are not part of it (RFC 3261 18.3).
func TestTrailingOctets(t *testing.T) {
	v := Message([]byte(plain+"and more"), peer)
	if !bytes.HasSuffix(v.Pass, []byte("Content-Length: 0\r\n\r\n")) {
		t.Errorf("%s", v.Pass)
	}
}

// A request from before RFC 3261, without tag and branch, has a branch made up that is
// that of its repetitions, its CANCEL and its ACK, and of nothing else.
func TestDatedBranch(t *testing.T) {
	old := strings.NewReplacer(";tag=1", "", ";branch=z9hG4bKa", "", "OPTIONS", "INVITE").Replace(plain)
	branch := func(raw string) string {
		t.Helper()
		pass := string(Message([]byte(raw), peer).Pass)
		_, rest, ok := strings.Cut(pass, ";branch=")
		if !ok || !strings.HasPrefix(rest, "z9hG4bK-2543-") {
			t.Fatalf("no branch of ours in\n%s", pass)
		}
		return rest[:strings.IndexAny(rest, ";\r")]
	}
	first := branch(old)
	for name, raw := range map[string]string{
		"again": old, "CANCEL": strings.ReplaceAll(old, "INVITE", "CANCEL"),
		"ACK":      strings.Replace(strings.ReplaceAll(old, "INVITE", "ACK"), "To: <sip:b@example.com>", "To: <sip:b@example.com>;tag=ours", 1),
		"a branch": strings.Replace(old, ";rport", ";branch=1;rport", 1),
	} {
		if got := branch(raw); (got == first) != (name != "a branch") {
			t.Errorf("%s: %s, the INVITE's is %s", name, got, first)
		}
	}
	for _, change := range [][2]string{{"c@1", "c@2"}, {"CSeq: 1", "CSeq: 2"}, {"sip:a@", "sip:z@"}, {"INVITE sip:b@", "INVITE sip:d@"}} {
		if got := branch(strings.Replace(old, change[0], change[1], 1)); got == first {
			t.Errorf("%s for %s: the same branch", change[1], change[0])
		}
	}
	if v := Message([]byte("SIP/2.0 200 OK"+strings.Replace(plain[strings.Index(plain, "\r\n"):], ";tag=1", "", 1)), peer); v.Pass != nil {
		t.Error("a response to something that is not ours passed")
	}
}

// What passes says where it came from (RFC 3261 18.2.1) and not what its sender
// claims about that. A sender at another address than it names is answered where its
// datagram came from, as if it had asked for that (RFC 3581).
func TestSeen(t *testing.T) {
	for _, tc := range []struct{ via, datagram, stream string }{
		{"192.0.2.9", "192.0.2.9;received=192.0.2.9", "192.0.2.9;received=192.0.2.9"},
		{"192.0.2.9:5060;rport", "192.0.2.9:5060;rport;received=192.0.2.9", "192.0.2.9:5060;rport;received=192.0.2.9"},
		{"10.0.0.1:5060", "10.0.0.1:5060;rport;received=192.0.2.9", "10.0.0.1:5060;received=192.0.2.9"},
		{"phone.example.com", "phone.example.com;rport;received=192.0.2.9", "phone.example.com;received=192.0.2.9"},
		{"[2001:db8::1]:5060", "[2001:db8::1]:5060;rport;received=192.0.2.9", "[2001:db8::1]:5060;received=192.0.2.9"},
		{"192.0.2.9;received=198.51.100.1;rport=1", "192.0.2.9;received=192.0.2.9", "192.0.2.9;received=192.0.2.9"},
	} {
		raw := []byte(strings.Replace(plain, "192.0.2.1;rport", tc.via, 1))
		raw = []byte(strings.Replace(string(raw), ";branch=z9hG4bKa", "", 1))
		for _, how := range []struct {
			want string
			got  Verdict
		}{{tc.datagram, Message(raw, peer)}, {tc.stream, Stream(raw, peer)}} {
			if !bytes.Contains(how.got.Pass, []byte("\r\nVia: SIP/2.0/UDP "+how.want+"\r\n")) {
				t.Errorf("%s: no %s in\n%s", tc.via, how.want, how.got.Pass)
			}
		}
	}
	mapped := netip.MustParseAddrPort("[::ffff:192.0.2.1]:5070")
	if v := Message([]byte(strings.Replace(plain, ";rport", "", 1)), mapped); !bytes.Contains(v.Pass, []byte("192.0.2.1;branch=z9hG4bKa;received=192.0.2.1\r\n")) {
		t.Errorf("%s", v.Pass)
	}
}

// What passes is tidy: RFC 4475 3.1.1.1 writes this Via in five lines.
func TestTidy(t *testing.T) {
	raw := strings.Replace(plain, "SIP/2.0/UDP 192.0.2.1;rport;", "SIP  /   2.0\r\n /UDP\r\n   192.0.2.1 : 5060  ;  rport ; ", 1)
	if v := Message([]byte(raw), peer); !bytes.Contains(v.Pass, []byte("\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKa;received=192.0.2.9\r\n")) {
		t.Errorf("%v %s\n%s", v.Reason, v.Detail, v.Pass)
	}
}

// Every beginning of a message is refused: none is a message.
func TestPrefixes(t *testing.T) {
	for n := range len(plain) {
		if v := Message([]byte(plain[:n]), peer); v.Pass != nil {
			t.Errorf("passed %q", plain[:n])
		}
	}
}

// Any octets: no panic, a reply is one whole message without a line of the
// sender's own making, and what passed passes again unchanged.
func FuzzMessage(f *testing.F) {
	f.Add([]byte(plain))
	f.Add([]byte("SIP/2.0 200 OK" + plain[strings.Index(plain, "\r\n"):]))
	f.Add([]byte(strings.Replace(plain, "From: <", "From: \"A <", 1)))
	f.Add([]byte(strings.Replace(plain, "To: ", "To:\r\n \t", 1)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		v := Message(raw, peer)
		if v.Reply != nil {
			head, rest, ok := bytes.Cut(v.Reply, []byte("\r\n\r\n"))
			if !ok || len(rest) > 0 || !bytes.HasPrefix(head, []byte("SIP/2.0 ")) {
				t.Fatalf("reply %q", v.Reply)
			}
			for line := range bytes.SplitSeq(head, []byte("\r\n")) {
				if bytes.ContainsAny(line, "\r\n") {
					t.Fatalf("a line end inside %q", line)
				}
			}
		}
		if v.Pass == nil {
			return
		}
		again := Message(v.Pass, peer)
		if !bytes.Equal(again.Pass, v.Pass) {
			t.Fatalf("passed\n%q\nthen %v %s\n%q", v.Pass, again.Reason, again.Detail, again.Pass)
		}
	})
}
