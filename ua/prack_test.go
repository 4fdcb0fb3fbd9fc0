package ua

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"star18/audio/rtpstream/memnet"
)

// The oracle of this file is RFC 3262, sections 3 and 4.

// A reliable 180 with a route of its own: its PRACK goes that way, with a number
// of the early dialog; what comes again or too early gets none; the call goes on
// in that dialog, its numbers too, by the route of the 200.
func TestReliableRinging(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, nil)
		out := r.place(false)
		invite := p.next("INVITE")
		if !strings.Contains(invite.header("Supported"), "100rel") {
			t.Errorf("Supported: %s", invite.header("Supported"))
		}
		route := "Record-Route: <sip:early@192.0.2.2:5060;lr>\r\n"
		ring := func(rseq int) {
			p.reply(invite, "180 Ringing", "a", fmt.Sprintf("%s%sRequire: 100rel\r\nRSeq: %d\r\n", p.contact(), route, rseq), "")
		}
		prack := func(rack, cseq string) {
			t.Helper()
			m := p.next("PRACK")
			m.wants(t, "RAck", rack)
			m.wants(t, "CSeq", cseq)
			m.wants(t, "Route", "<sip:early@192.0.2.2:5060;lr>")
			p.reply(m, "200 OK", "", "", "")
		}
		ring(700)
		prack("700 1 INVITE", "2 PRACK")
		ring(700)
		ring(702)
		p.none("PRACK", 3*time.Second)
		ring(701)
		prack("701 1 INVITE", "3 PRACK")
		p.reply(invite, "200 OK", "a", p.contact()+"Record-Route: <sip:late@192.0.2.2:5060;lr>\r\n", p.sound(20000))
		p.next("ACK").wants(t, "Route", "<sip:late@192.0.2.2:5060;lr>")
		<-out.Answered()
		sameEvents(t, r.caller, "dialing ringing answered")
		out.Hangup()
		bye := p.next("BYE")
		bye.wants(t, "CSeq", "4 BYE")
		bye.wants(t, "Route", "<sip:late@192.0.2.2:5060;lr>")
		p.reply(bye, "200 OK", "", "", "")
		<-out.Done()
		p.end(r)
	})
}

// A caller that requires it, or only supports it and the line is set so, hears
// ringing that is repeated until its PRACK; one for something else gets 481.
func TestRingsReliably(t *testing.T) {
	for _, tt := range []struct {
		header string
		set    bool
		want   bool
	}{{"Require: 100rel\r\n", false, true}, {"Supported: 100rel\r\n", true, true}, {"Supported: 100rel\r\n", false, false}} {
		virtual(t, func(t *testing.T) {
			r, p := scriptedCaller(t, func(c *Config) { c.ReliableProvisional = tt.set })
			p.invite(tt.header, p.sound(20000))
			in := r.ring()
			ring := p.next("SIP/2.0 180")
			if got := ring.header("Require") == "100rel"; got != tt.want {
				t.Errorf("%q, set %v: reliable %v", tt.header, tt.set, got)
			}
			if tt.want {
				rseq := ring.header("RSeq")
				p.next("SIP/2.0 180").wants(t, "RSeq", rseq)
				p.on(ring, "PRACK", 2, "RAck: 4294967295 1 INVITE\r\n", "")
				p.next("SIP/2.0 481")
				p.on(ring, "PRACK", 3, "RAck: "+rseq+" 1 INVITE\r\n", "")
				p.next("SIP/2.0 200")
				p.none("SIP/2.0 180", 20*time.Second)
			}
			if err := in.Answer(); err != nil {
				t.Fatal(err)
			}
			ok := p.next("SIP/2.0 200")
			p.on(ok, "ACK", 1, "", "")
			time.Sleep(time.Second)
			in.Hangup()
			p.reply(p.next("BYE"), "200 OK", "", "", "")
			<-in.Done()
			p.end(r)
		})
	}
}

// Nobody acknowledges: after 64*T1 the INVITE fails with a 5xx.
func TestRingingNotAcknowledged(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		p.invite("Require: 100rel\r\n", p.sound(20000))
		start := time.Now()
		in := r.ring()
		final := p.next("SIP/2.0 504")
		if waited := time.Since(start).Round(time.Second); waited != 32*time.Second {
			t.Errorf("after %v", waited)
		}
		p.on(final, "ACK", 1, "", "")
		<-in.Done()
		if e := in.Ended(); e.Cause != CauseNoACK || e.Answered {
			t.Errorf("%+v", e)
		}
		p.end(r)
	})
}

// An INVITE without an offer from who insists on 100rel: the 180 offers, the
// PRACK answers, the 200 waits for that and carries nothing; not a packet of
// sound leaves before somebody has answered (RFC 3262 section 5).
func TestLateOfferRingsReliably(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		sent := r.watchRTP()
		p.invite("Require: 100rel\r\n", "")
		in := r.ring()
		ring := p.next("SIP/2.0 180")
		if !strings.Contains(ring.body(), "m=audio") {
			t.Errorf("no offer in\n%s", ring)
		}
		answered := make(chan error, 1)
		go func() { answered <- in.Answer() }()
		p.none("SIP/2.0 200", 2*time.Second)
		p.on(ring, "PRACK", 2, "RAck: "+ring.header("RSeq")+" 1 INVITE\r\n", p.sound(20000))
		p.next("SIP/2.0 200").wants(t, "CSeq", "2 PRACK")
		ok := p.next("SIP/2.0 200")
		if err := <-answered; err != nil || ok.header("CSeq") != "1 INVITE" || ok.body() != "" {
			t.Errorf("%v\n%s", err, ok)
		}
		p.on(ok, "ACK", 1, "", "")
		time.Sleep(2 * time.Second)
		if n := len(sent(calleeAddr.Addr())); n < 90 {
			t.Errorf("%d packets of sound in 2 s", n)
		}
		in.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		<-in.Done()
		p.end(r)
	})
}

// The caller takes an INVITE back by a BYE in the early dialog: it gets 200, and
// the INVITE 487 (RFC 3261 15).
func TestByeBeforeAnswer(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		p.invite("", p.sound(20000))
		in := r.ring()
		ring := p.next("SIP/2.0 180")
		p.on(ring, "BYE", 2, "", "")
		p.next("SIP/2.0 200").wants(t, "CSeq", "2 BYE")
		p.next("SIP/2.0 487").wants(t, "CSeq", "1 INVITE")
		<-in.Done()
		p.end(r)
	})
}

// Two lines of ours ring each other reliably, lose a third of all SIP, and the
// call becomes secure as ever.
func TestReliableRingingSecured(t *testing.T) {
	for seed := range uint64(4) {
		virtual(t, func(t *testing.T) {
			r := newRig(t, func(_, b *Config) { b.ReliableProvisional = true })
			lose := memnet.Lose(seed, 0.3)
			r.net.SetFilter(func(from, to netip.AddrPort, data []byte) memnet.Verdict {
				if to.Port() != 5060 {
					return memnet.Verdict{}
				}
				return lose(from, to, data)
			})
			pracks := r.count("PRACK sip:", "RAck: ")
			out := r.place(true)
			in := r.ring()
			time.Sleep(5 * time.Second)
			if err := in.Answer(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(40 * time.Second)
			if pracks() == 0 || count[Secured](r.caller) != 1 || count[Secured](r.callee) != 1 {
				t.Errorf("seed %d, %d PRACK: caller %v, callee %v", seed, pracks(), r.caller.names(), r.callee.names())
			}
			r.net.SetFilter(nil)
			out.Hangup()
			<-in.Done()
			r.close()
		})
	}
}
