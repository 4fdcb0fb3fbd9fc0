package ua

import (
	"bytes"
	"errors"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/audio/rtpstream/memnet"
	"star18/ua/digest"
)

// The oracle is section 3 of the line's specification: "prefer" is first in the
// offer, "force" is the only codec; nothing else of the offer changes.
func TestCodecsOfOneCall(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, _ *Config) { a.Codecs = []string{"PCMU", "PCMA"} })
		for _, v := range []struct {
			target Target
			want   string
		}{
			{Target{}, "PCMU PCMA telephone-event"},
			{Target{PreferCodec: "PCMA"}, "PCMA PCMU telephone-event"},
			{Target{PreferCodec: "pcmu"}, "PCMU PCMA telephone-event"},
			{Target{OnlyCodec: "PCMA"}, "PCMA telephone-event"},
			{Target{PreferCodec: "PCMU", OnlyCodec: "PCMA"}, "PCMA telephone-event"},
			{Target{PreferCodec: "G726-32"}, "G726-32 PCMU PCMA telephone-event"},
			{Target{OnlyCodec: "G726-32"}, "G726-32 telephone-event"},
		} {
			c := &Call{line: r.caller.Line, target: v.target}
			var got []string
			for _, f := range c.wished(r.caller.mediaFormats().Codecs) {
				got = append(got, f.Name)
			}
			if strings.Join(got, " ") != v.want || r.caller.codecWish(v.target) != nil {
				t.Errorf("%+v: %v, want %s", v.target, got, v.want)
			}
		}
		for _, none := range []string{"G729", "G722", "x"} { // G.722 needs twice the rate
			if err := r.caller.codecWish(Target{OnlyCodec: none}); !errors.Is(err, ErrNoCodec) {
				t.Errorf("%s: %v", none, err)
			}
		}
		r.close()
	})
}

func TestForcedCodecIsAloneInTheInvite(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, nil)
		if _, err := r.caller.Dial(t.Context(), Target{Number: calleeUser, OnlyCodec: "G722"}); !errors.Is(err, ErrNoCodec) {
			t.Errorf("a codec that the line has not: %v", err)
		}
		out, err := r.caller.Dial(t.Context(), Target{Number: calleeUser, OnlyCodec: "PCMA"})
		if err != nil {
			t.Fatal(err)
		}
		invite := p.next("INVITE")
		if body := invite.body(); !strings.Contains(body, " RTP/AVP 8 101\r\n") || strings.Contains(body, "PCMU") {
			t.Errorf("offers\n%s", body)
		}
		p.reply(invite, "486 Busy Here", "x", "", "")
		p.next("ACK")
		<-out.Done()
		p.end(r)
	})
}

// A gateway is called at its own address and with its own credentials: the user
// name of the answer is the gateway's, and the line's is nowhere in it.
func TestGatewayHasItsOwnCredentials(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, nil)
		gateway := r.script(netip.MustParseAddrPort("192.0.2.77:5082"), callerAddr)
		out, err := r.caller.Dial(t.Context(), Target{
			Number: "12", Host: "192.0.2.77:5082", Gateway: true,
			Credentials: digest.Credentials{User: "jsmith", Password: "xyz"},
		})
		if err != nil {
			t.Fatal(err)
		}
		first := gateway.next("INVITE sip:12@192.0.2.77:5082")
		gateway.reply(first, "401 Unauthorized", "g", "WWW-Authenticate: Digest realm=\"gw\", nonce=\"n\", algorithm=MD5, qop=\"auth\"\r\n", "")
		gateway.next("ACK")
		second := gateway.next("INVITE")
		answer := second.header("Authorization")
		if !strings.Contains(answer, `username="jsmith"`) || strings.Contains(answer, callerUser) || strings.Contains(string(second), "xyz") {
			t.Errorf("answers %s", answer)
		}
		gateway.reply(second, "403 Forbidden", "g", "", "")
		gateway.next("ACK")
		<-out.Done()
		p.none("INVITE", time.Second)
		gateway.over = true
		gateway.conn.Close()
		p.end(r)
	})
}

// Where a gateway sends the call on to, its password is not for.
func TestGatewayCredentialsStayAtTheGateway(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, func(c *Config) { c.MaxRedirections = 5 })
		gateway := r.script(netip.MustParseAddrPort("192.0.2.77:5060"), callerAddr)
		out, err := r.caller.Dial(t.Context(), Target{
			Number: "12", Host: "192.0.2.77", Gateway: true, Credentials: digest.Credentials{User: "jsmith", Password: "xyz"},
		})
		if err != nil {
			t.Fatal(err)
		}
		gateway.reply(gateway.next("INVITE"), "302 Moved", "g", "Contact: <sip:12@"+labDomain+">\r\n", "")
		gateway.next("ACK")
		p.reply(p.next("INVITE"), "401 Unauthorized", "p", "WWW-Authenticate: Digest realm=\"p\", nonce=\"n\", algorithm=MD5, qop=\"auth\"\r\n", "")
		p.next("ACK")
		again := p.next("INVITE")
		if bytes.Contains([]byte(again), []byte("jsmith")) {
			t.Errorf("tells the gateway's user\n%s", again)
		}
		p.reply(again, "403 Forbidden", "p", "", "")
		p.next("ACK")
		<-out.Done()
		gateway.over = true
		gateway.conn.Close()
		p.end(r)
	})
}

// IP dialling: an address alone is called without a user part.
func TestBareAddress(t *testing.T) {
	uri, err := Target{Host: "192.0.2.9:5070"}.uri(labDomain)
	if err != nil || uri.String() != "sip:192.0.2.9:5070" {
		t.Errorf("%s, %v", uri.String(), err)
	}
}

func TestSIPSTarget(t *testing.T) {
	for _, target := range []Target{{Number: "joe", SIPS: true}, {Number: "joe", Host: labDomain, SIPS: true}} {
		if uri, err := target.uri(labDomain); err != nil || uri.String() != "sips:joe@"+labDomain {
			t.Errorf("%+v: %s, %v", target, uri.String(), err)
		}
	}
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		var asked atomic.Int32
		r.net.Tap(func(p memnet.Packet) {
			if bytes.HasPrefix(p.Data, []byte("INVITE")) {
				asked.Add(1)
			}
		})
		for _, routes := range [][]sip.Uri{nil, {{Scheme: "sip", Host: "192.0.2.2", UriParams: sip.HeaderParams{{K: "lr"}}}}} {
			r.caller.setRoutes(routes)
			for _, host := range []string{"192.0.2.2", labDomain, ""} {
				if _, err := r.caller.Dial(t.Context(), Target{Number: "joe", Host: host, SIPS: true}); !errors.Is(err, ErrBadTarget) {
					t.Errorf("%q on a line without TLS: %v", host, err)
				}
			}
		}
		if n := asked.Load(); n != 0 {
			t.Errorf("%d INVITEs were sent in clear", n)
		}
		r.close()
	})
}
