package dialog

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
)

// parsed reads a SIP message written with bare newlines.
func parsed(t *testing.T, text string) sip.Message {
	t.Helper()
	text = strings.ReplaceAll(strings.TrimLeft(text, "\n"), "\n", "\r\n")
	msg, err := sip.NewParser().ParseSIP([]byte(text + "Content-Length: 0\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

const inviteText = `
INVITE sip:bob@example.test SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1
From: "Alice" <sip:alice@example.test>;tag=a1
To: <sip:bob@example.test>
Call-ID: c1
CSeq: 7 INVITE
Contact: <sip:alice@192.0.2.1:5070>
`

func okText(extra string) string {
	return `
SIP/2.0 200 OK
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1
From: "Alice" <sip:alice@example.test>;tag=a1
To: <sip:bob@example.test>;tag=b1
Call-ID: c1
CSeq: 7 INVITE
` + extra
}

func uac(t *testing.T, extra string) *Dialog {
	t.Helper()
	d, err := NewUAC(parsed(t, inviteText).(*sip.Request), parsed(t, okText(extra)).(*sip.Response))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func routes(req *sip.Request) []string {
	var out []string
	for _, h := range req.GetHeaders("Route") {
		out = append(out, h.Value())
	}
	return out
}

// The oracles here are RFC 3261 12.1.2 (what the UAC remembers) and 12.2.1.1
// (how a request inside is built, with its example of a strict router).
func TestUACRequest(t *testing.T) {
	for _, tt := range []struct {
		name, answer, uri string
		route             []string
		hop               string
	}{
		{"no proxy", "Contact: <sip:bob@192.0.2.9:5080>\n",
			"sip:bob@192.0.2.9:5080", nil, "sip:bob@192.0.2.9:5080"},
		{"loose route, reversed", "Record-Route: <sip:p2;lr>\nRecord-Route: <sip:p1;lr>\nContact: <sip:bob@192.0.2.9>\n",
			"sip:bob@192.0.2.9", []string{"<sip:p1;lr>", "<sip:p2;lr>"}, "sip:p1;lr"},
		{"several routes in one header", "Record-Route: <sip:p2;lr>, <sip:p1;lr>\nContact: <sip:bob@192.0.2.9>\n",
			"sip:bob@192.0.2.9", []string{"<sip:p1;lr>", "<sip:p2;lr>"}, "sip:p1;lr"},
		{"strict first hop", "Record-Route: <sip:p2;lr>\nRecord-Route: <sip:p1>\nContact: <sip:bob@192.0.2.9>\n",
			"sip:p1", []string{"<sip:p2;lr>", "<sip:bob@192.0.2.9>"}, "sip:p1"},
		{"header parameters of the contact stay out", "Contact: <sip:bob@192.0.2.9?Subject=x>\n",
			"sip:bob@192.0.2.9", nil, "sip:bob@192.0.2.9?Subject=x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := uac(t, tt.answer)
			req := d.Request(sip.BYE)
			if got := req.Recipient.String(); got != tt.uri {
				t.Errorf("Request-URI %s, want %s", got, tt.uri)
			}
			if got := routes(req); !slices.Equal(got, tt.route) {
				t.Errorf("Route %v, want %v", got, tt.route)
			}
			hop := d.NextHop()
			if hop.String() != tt.hop {
				t.Errorf("next hop %s, want %s", hop.String(), tt.hop)
			}
		})
	}
}

func TestIdentityAndNumbers(t *testing.T) {
	d := uac(t, "Contact: <sip:bob@192.0.2.9>\n")
	first, second := d.Request(sip.INFO), d.Request(sip.BYE)
	ack := d.ACK(7)
	for _, tt := range []struct {
		req *sip.Request
		seq uint32
	}{{first, 8}, {second, 9}, {ack, 7}} {
		if got := tt.req.CSeq(); got.SeqNo != tt.seq || got.MethodName != tt.req.Method {
			t.Errorf("%s: CSeq %s, want %d", tt.req.Method, got.Value(), tt.seq)
		}
		if got, _ := tt.req.From().Params.Get("tag"); got != "a1" {
			t.Errorf("%s: From tag %q", tt.req.Method, got)
		}
		if got, _ := tt.req.To().Params.Get("tag"); got != "b1" {
			t.Errorf("%s: To tag %q", tt.req.Method, got)
		}
	}
}

func TestUAS(t *testing.T) {
	invite := parsed(t, inviteText+"Record-Route: <sip:p1;lr>\nRecord-Route: <sip:p2;lr>\n").(*sip.Request)
	d, err := NewUAS(invite, "b7")
	if err != nil {
		t.Fatal(err)
	}
	req := d.Request(sip.BYE)
	if got := routes(req); !slices.Equal(got, []string{"<sip:p1;lr>", "<sip:p2;lr>"}) {
		t.Errorf("the callee keeps the order of Record-Route; got %v", got)
	}
	if from, _ := req.From().Params.Get("tag"); from != "b7" {
		t.Errorf("From tag %q", from)
	}
	if to, _ := req.To().Params.Get("tag"); to != "a1" {
		t.Errorf("To tag %q", to)
	}
	if req.CSeq().SeqNo != 1 {
		t.Errorf("CSeq %d: the two directions count apart", req.CSeq().SeqNo)
	}
}

// RFC 3261 12.2.2: a lower number than the last is out of order; an ACK carries
// its INVITE's number, whatever came in between.
func TestAdmit(t *testing.T) {
	d, err := NewUAS(parsed(t, inviteText).(*sip.Request), "b7")
	if err != nil {
		t.Fatal(err)
	}
	request := func(method sip.RequestMethod, seq uint32) *sip.Request {
		req := parsed(t, inviteText).(*sip.Request)
		req.Method = method
		req.CSeq().SeqNo, req.CSeq().MethodName = seq, method
		return req
	}
	for _, tt := range []struct {
		method sip.RequestMethod
		seq    uint32
		ok     bool
	}{
		{sip.INFO, 8, true}, {sip.ACK, 7, true}, {sip.INFO, 6, false}, {sip.INFO, 20, true}, {sip.BYE, 19, false}, {sip.BYE, 21, true},
	} {
		err := d.Admit(request(tt.method, tt.seq))
		if tt.ok != (err == nil) || (err != nil && !errors.Is(err, ErrOldCSeq)) {
			t.Errorf("%s %d: %v", tt.method, tt.seq, err)
		}
	}
}

func TestTargetRefresh(t *testing.T) {
	d := uac(t, "Contact: <sip:bob@192.0.2.9>\n")
	re := parsed(t, strings.Replace(inviteText, "alice@192.0.2.1:5070", "bob@192.0.2.77:5099", 1)).(*sip.Request)
	if err := d.RefreshTarget(re); err != nil {
		t.Fatal(err)
	}
	if got := d.Request(sip.BYE).Recipient.String(); got != "sip:bob@192.0.2.77:5099" {
		t.Errorf("Request-URI %s after a re-INVITE with another Contact", got)
	}
	re.RemoveHeader("Contact")
	if err := d.RefreshTarget(re); err != nil {
		t.Errorf("a request without Contact keeps the target: %v", err)
	}
}

// RFC 3261 13.2.2.4: the 2xx of an early dialog sets the route anew; its numbers
// go on.
func TestConfirm(t *testing.T) {
	d := uac(t, "Record-Route: <sip:early;lr>\nContact: <sip:bob@192.0.2.9>\n")
	prack := d.Request(sip.PRACK)
	if got := routes(prack); !slices.Equal(got, []string{"<sip:early;lr>"}) {
		t.Errorf("PRACK by %v", got)
	}
	ok := parsed(t, okText("Record-Route: <sip:p2;lr>\nRecord-Route: <sip:p1;lr>\nContact: <sip:bob@192.0.2.10>\n")).(*sip.Response)
	if err := d.Confirm(ok); err != nil {
		t.Fatal(err)
	}
	bye := d.Request(sip.BYE)
	if got := routes(bye); !slices.Equal(got, []string{"<sip:p1;lr>", "<sip:p2;lr>"}) {
		t.Errorf("BYE by %v", got)
	}
	if bye.CSeq().SeqNo != prack.CSeq().SeqNo+1 || bye.Recipient.String() != "sip:bob@192.0.2.10" {
		t.Errorf("%s %s after CSeq %d", bye.Recipient.String(), bye.CSeq().Value(), prack.CSeq().SeqNo)
	}
}

func TestNoContact(t *testing.T) {
	_, err := NewUAC(parsed(t, inviteText).(*sip.Request), parsed(t, okText("")).(*sip.Response))
	if !errors.Is(err, ErrNoContact) {
		t.Errorf("got %v", err)
	}
}
