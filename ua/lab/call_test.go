package lab

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

const offer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"

// call brings alice's INVITE to bob.
func (w *world) call() (alice, bob *phone, invite *sip.Request) {
	w.t.Helper()
	alice, bob = w.phone("alice", 5071), w.phone("bob", 5072)
	bob.register()
	alice.ask(message{
		method: "INVITE", uri: "sip:bob@test.lo",
		headers: []string{"Max-Forwards: 70", "Content-Type: application/sdp"}, body: offer,
	}, "alicepw")
	alice.response(100)
	return alice, bob, bob.request("INVITE")
}

// established is a call that bob has taken.
func (w *world) established() (alice, bob *phone) {
	w.t.Helper()
	alice, bob, invite := w.call()
	bob.answer(invite, 200, "OK")
	alice.response(200)
	alice.send(alice.write(alice.inside("ACK", bob, "")))
	bob.request("ACK")
	return alice, bob
}

// inside is a request of the dialog with a phone, along the recorded route.
func (p *phone) inside(method string, peer *phone, body string, headers ...string) message {
	return message{
		method: method, uri: peer.contact(), to: "sip:" + peer.user + "@test.lo", toTag: peer.user + "-tag",
		headers: append([]string{"Route: <sip:127.0.0.1:5060;lr>"}, headers...), body: body,
	}
}

// The whole ladder of doc.go, as the observer tells it.
func TestCall(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob, invite := w.call()
		bob.answer(invite, 100, "Trying")
		bob.answer(invite, 180, "Ringing")
		bob.answer(invite, 200, "OK")
		alice.response(180)
		ok := alice.response(200)
		if got := strings.Join(values(ok, "Record-Route"), ""); got != "<sip:127.0.0.1:5060;lr>" {
			t.Errorf("route for the caller %q", got)
		}
		if n := len(values(ok, "Via")); n != 1 {
			t.Errorf("%d Vias in the 200", n)
		}
		alice.send(alice.write(alice.inside("ACK", bob, "")))
		bob.request("ACK")
		alice.send(alice.write(alice.inside("INFO", bob, "abc")))
		bob.answer(bob.request("INFO"), 200, "OK")
		alice.response(200)
		bob.send(bob.write(bob.inside("BYE", alice, "")))
		alice.answer(alice.request("BYE"), 200, "OK")
		bob.response(200)
		const want = `5072>5060 REGISTER sip:test.lo
5060>5072 401 Unauthorized (REGISTER)
5072>5060 REGISTER sip:test.lo
5060>5072 200 OK (REGISTER)
5071>5060 INVITE sip:bob@test.lo
5060>5071 407 Proxy Authentication Required (INVITE)
5071>5060 ACK sip:bob@test.lo
5071>5060 INVITE sip:bob@test.lo
5060>5071 100 Trying (INVITE)
5060>5072 INVITE sip:bob@127.0.0.1:5072
5072>5060 100 Trying (INVITE)
5072>5060 180 Ringing (INVITE)
5060>5071 180 Ringing (INVITE)
5072>5060 200 OK (INVITE)
5060>5071 200 OK (INVITE)
5071>5060 ACK sip:bob@127.0.0.1:5072
5060>5072 ACK sip:bob@127.0.0.1:5072
5071>5060 INFO sip:bob@127.0.0.1:5072
5060>5072 INFO sip:bob@127.0.0.1:5072
5072>5060 200 OK (INFO)
5060>5071 200 OK (INFO)
5072>5060 BYE sip:alice@127.0.0.1:5071
5060>5071 BYE sip:alice@127.0.0.1:5071
5071>5060 200 OK (BYE)
5060>5072 200 OK (BYE)
`
		if got := w.ladder(); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

// RFC 3261 16.6: what a proxy changes, and nothing else.
func TestWhatTheCalleeSees(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		_, _, invite := w.call()
		if got := invite.Recipient.String(); got != "sip:bob@127.0.0.1:5072" {
			t.Errorf("request-uri %s", got)
		}
		vias := values(invite, "Via")
		if len(vias) != 2 || !strings.HasPrefix(vias[0], "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK") ||
			!strings.Contains(vias[1], "received=127.0.0.1") || !strings.Contains(vias[1], "rport=5071") {
			t.Errorf("Vias %q", vias)
		}
		for name, want := range map[string]string{
			"Max-Forwards":        "69",
			"Record-Route":        "<sip:127.0.0.1:5060;lr>",
			"Proxy-Authorization": "",
			"Route":               "",
			"To":                  "<sip:bob@test.lo>",
			"Contact":             "<sip:alice@127.0.0.1:5071>",
			"Content-Type":        "application/sdp",
		} {
			if got := strings.Join(values(invite, name), "|"); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if string(invite.Body()) != offer {
			t.Errorf("body %q", invite.Body())
		}
	})
}

func TestWithoutRecordRoute(t *testing.T) {
	inWorld(t, func(c *Config) { c.RecordRoute = false }, func(w *world) {
		if _, _, invite := w.call(); len(values(invite, "Record-Route")) != 0 {
			t.Error("in the path unasked")
		}
	})
}

// Bodies pass as they are, in both directions: the base64 of a secure call, and
// what would tempt a proxy to mend it.
func TestBodiesAreUntouched(t *testing.T) {
	hello := strings.Repeat("A0+/", 127) // 508 characters, as a mini-certificate with its CA key
	bodies := []string{
		hello, hello[:352], "", "=", " \r\n\r\n leading and trailing \r\n",
		"Signal=5\nDuration=160\n", string([]byte{0, 1, 2, 0xff, 0xfe}), strings.Repeat("x", 3000),
	}
	inWorld(t, nil, func(w *world) {
		alice, bob := w.established()
		for _, body := range bodies {
			alice.send(alice.write(alice.inside("INFO", bob, body, "Content-Type: application/x-sipura")))
			info := bob.request("INFO")
			if !bytes.Equal(info.Body(), []byte(body)) {
				t.Errorf("request: %q became %q", body, info.Body())
			}
			if got := info.ContentType().Value(); got != "application/x-sipura" {
				t.Errorf("type %q", got)
			}
			res := sip.NewResponseFromRequest(info, 200, "OK", []byte(body))
			bob.send(res.String())
			if got := alice.response(200).Body(); !bytes.Equal(got, []byte(body)) {
				t.Errorf("response: %q became %q", body, got)
			}
		}
	})
}

// An ACK leaves before the INFO that arrived behind it, always.
func TestACKIsNotOvertaken(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob, invite := w.call()
		bob.answer(invite, 200, "OK")
		alice.response(200)
		for range 50 {
			alice.send(alice.write(alice.inside("ACK", bob, "")))
			alice.send(alice.write(alice.inside("INFO", bob, "x")))
			bob.request("ACK")
			bob.answer(bob.request("INFO"), 200, "OK")
			alice.response(200)
		}
	})
}

// A 180 is not overtaken by the 200 behind it.
func TestResponsesKeepTheirOrder(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob, invite := w.call()
		for range 50 {
			bob.answer(invite, 183, "Session Progress")
		}
		bob.answer(invite, 200, "OK")
		for range 50 {
			alice.response(183)
		}
		alice.response(200)
	})
}

// A 2xx that its sender repeats passes each time (RFC 6026 7.3), and so does its ACK.
func TestRepeated2xx(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob, invite := w.call()
		ack := ""
		for range 4 {
			bob.answer(invite, 200, "OK")
			alice.response(200)
			if ack == "" {
				ack = alice.write(alice.inside("ACK", bob, ""))
			}
			alice.send(ack)
			bob.request("ACK")
		}
	})
}

// A refusal is acknowledged hop by hop; the caller's own ACK ends at the lab.
func TestRefusalByTheCallee(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob, invite := w.call()
		bob.answer(invite, 486, "Busy Here", "X-Reason: meeting")
		ack := bob.request("ACK")
		if n := len(values(ack, "Via")); n != 1 || ack.Via().Value() != invite.Via().Value() {
			t.Errorf("ACK with %d Vias, %s", n, ack.Via())
		}
		res := alice.response(486)
		if got := strings.Join(values(res, "X-Reason"), ""); got != "meeting" {
			t.Errorf("lost a header: %s", res)
		}
		own := alice.write(message{method: "ACK", uri: "sip:bob@test.lo", branch: alice.lastBranch(), cseq: alice.seq, toTag: tagOf(res)})
		alice.send(own)
		alice.nothing(time.Minute)
		alice.send(own) // the transaction has gone: still not bob's business
		bob.nothing(soon)
	})
}
