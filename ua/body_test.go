package ua

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// bodyOfType is a request with this body; disposition may be empty.
func bodyOfType(kind, disposition, body string) *sip.Request {
	req := sip.NewRequest(sip.INVITE, sip.Uri{Host: "x"})
	h := sip.ContentTypeHeader(kind)
	req.AppendHeader(&h)
	if disposition != "" {
		req.AppendHeader(sip.NewHeader("Content-Disposition", disposition))
	}
	req.SetBody([]byte(body))
	return req
}

func inParts(parts ...string) string {
	return "a preamble\r\n--1\r\n" + strings.Join(parts, "\r\n--1\r\n") + "\r\n--1--\r\nan end\r\n"
}

// A description is found among other bodies, and what has to be understood and is not
// is refused (RFC 3261 8.2.3, RFC 5621 3 and 9).
func TestDescriptionAmongOthers(t *testing.T) {
	const (
		audio     = "Content-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n"
		signal    = "Content-Type: application/ISUP; version=nxv3\r\nContent-Disposition: signal; handling=optional\r\n\r\n\x01\x00\xff"
		picture   = "Content-Type: image/png\r\nContent-ID: <p@x>\r\nContent-Disposition: by-reference\r\n\r\npng"
		important = "Content-Type: application/pidf+xml\r\n\r\n<x/>"
	)
	for name, tt := range map[string]struct {
		kind, disposition, body string
		found, understood       bool
	}{
		"alone":                   {"application/sdp", "", "v=0\r\n", true, true},
		"with a signal":           {`multipart/mixed; boundary="1"`, "", inParts(signal, audio), true, true},
		"with a picture":          {"multipart/related;boundary=1", "", inParts(audio, picture), true, true},
		"with what is needed":     {"multipart/mixed;boundary=1", "", inParts(audio, important), false, false},
		"or something else":       {"multipart/alternative;boundary=1", "", inParts(important, audio), true, true},
		"others only":             {"multipart/alternative;boundary=1", "", inParts(important), false, false},
		"optional alone":          {"application/isup", "signal;handling=optional", "x", false, true},
		"required alone":          {"application/isup", "signal;handling=required", "x", false, false},
		"no boundary":             {"multipart/mixed", "", inParts(audio), false, false},
		"another boundary":        {"multipart/mixed;boundary=2", "", inParts(audio), false, false},
		"cut off":                 {"multipart/mixed;boundary=1", "", inParts(audio)[:40], false, false},
		"a part without a type":   {"multipart/mixed;boundary=1", "", inParts("\r\nx"), false, false},
		"more than anybody needs": {"multipart/mixed;boundary=1", "", inParts(strings.Split(strings.Repeat(signal+"|", maxParts)+audio, "|")...), false, false},
	} {
		sdp, understood := description(bodyOfType(tt.kind, tt.disposition, tt.body))
		if got := strings.TrimSpace(string(sdp)); tt.found && understood && got != "v=0" || understood != tt.understood || understood && tt.found != (sdp != nil) {
			t.Errorf("%s: %q, understood %t", name, got, understood)
		}
	}
}

// A whole call whose descriptions are parts of bodies: the offer, the answer in early
// media, and the one in the 200.
func TestCallInParts(t *testing.T) {
	typed := func(sdp string) string {
		body := inParts("Content-Type: application/sdp\r\n\r\n"+sdp, "Content-Type: application/isup\r\nContent-Disposition: signal;handling=optional\r\n\r\n\x01\x02")
		return fmt.Sprintf("Content-Type: multipart/mixed;boundary=1\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	}
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		p.say("INVITE sip:x@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKparts\r\nFrom: <sip:peer@example.test>;tag=peer\r\nTo: <sip:x@example.test>\r\n" +
			"Call-ID: parts\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n" + p.contact() + typed(p.sound(20000)))
		in := r.ring()
		if err := in.Answer(); err != nil {
			t.Fatal(err)
		}
		ok := p.next("SIP/2.0 200")
		p.on(ok, "ACK", 1, "", "")
		in.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		p.end(r)
	})
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, nil)
		out := r.place(false)
		invite := p.next("INVITE")
		head := invite.all("Via") + invite.all("From") + strings.TrimRight(invite.all("To"), "\r\n") + ";tag=a\r\n" + invite.all("Call-ID") + invite.all("CSeq") + p.contact()
		p.say("SIP/2.0 183 Session Progress\r\n" + head + typed(p.sound(20000)))
		time.Sleep(ringTime)
		p.say("SIP/2.0 200 OK\r\n" + head + typed(p.sound(20000)))
		p.next("ACK")
		<-out.Answered()
		must[EarlyMedia](r.caller)
		out.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		<-out.Done()
		p.end(r)
	})
}
