package ua

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A strict router (no ;lr) gets its own address in the request line, and the
// target travels at the end of the route (RFC 3261 12.2.1.1): at either end, and
// only a later proxy is a loose one here.
func TestStrictRoute(t *testing.T) {
	const strict, loose = "sip:strict@192.0.2.2:5060", "sip:loose@192.0.2.99;lr"
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, nil)
		out := r.place(false)
		invite := p.next("INVITE")
		p.reply(invite, "200 OK", "a", p.contact()+"Record-Route: <"+loose+">\r\nRecord-Route: <"+strict+">\r\n", p.sound(20000))
		ack := p.next("ACK")
		out.Hangup()
		bye := p.next("BYE")
		p.reply(bye, "200 OK", "", "", "")
		for _, m := range []message{ack, bye} {
			if got := strings.Fields(m.first())[1]; got != strict {
				t.Errorf("%s", m.first())
			}
			if got, want := m.all("Route"), "Route: <"+loose+">\r\nRoute: <sip:peer@192.0.2.2:5060>\r\n"; got != want {
				t.Errorf("%s has the route\n%swant\n%s", m.first(), got, want)
			}
		}
		<-out.Done()
		p.end(r)
	})
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		in, ok := p.reached(r, "Record-Route: <sip:near@192.0.2.1:5060>\r\n")
		ok.wants(t, "Record-Route", "<sip:near@192.0.2.1:5060>")
		in.Hangup()
		bye := p.next("BYE")
		if !strings.HasPrefix(bye.first(), "BYE sip:near@192.0.2.1:5060 ") || bye.header("Route") != "<sip:peer@192.0.2.1:5060>" {
			t.Errorf("%s, Route %s", bye.first(), bye.header("Route"))
		}
		p.reply(bye, "200 OK", "", "", "")
		<-in.Done()
		p.end(r)
	})
}

// A re-INVITE without an offer: our 200 makes one, the ACK answers it, and the
// new Contact is where the BYE goes (RFC 3261 14.1, 12.2.1.2).
func TestOfferlessReinvite(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		in, ok := p.reached(r, "")
		moved := r.script(netip.MustParseAddrPort("192.0.2.77:5060"), calleeAddr)
		p.on(ok, "INVITE", 2, moved.contact(), "")
		again := p.next("SIP/2.0 200")
		if !strings.Contains(again.body(), "m=audio") {
			t.Errorf("no offer in\n%s", again)
		}
		p.on(ok, "ACK", 2, "", p.sound(20008))
		time.Sleep(time.Second)
		if got := in.remoteMedia(); got != 20008 {
			t.Errorf("sound goes to port %d", got)
		}
		in.Hangup()
		bye := moved.next("BYE")
		if !strings.HasPrefix(bye.first(), "BYE sip:peer@192.0.2.77:5060 ") {
			t.Errorf("%s", bye.first())
		}
		moved.reply(bye, "200 OK", "", "", "")
		<-in.Done()
		moved.over = true
		moved.conn.Close()
		p.end(r)
	})
}

// The ACK is lost, or overtaken by the next re-INVITE: that is taken, and says as
// much as the ACK would have (RFC 3261 14.1). Where the ACK is to bring an
// answer, it has to wait: 491.
func TestReinviteOvertakesACK(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		in, ok := p.reached(r, "")
		for seq := 2; seq < 4; seq++ {
			p.on(ok, "INVITE", seq, p.contact(), p.sound(20000+2*seq))
			p.next("SIP/2.0 200").wants(t, "CSeq", strconv.Itoa(seq)+" INVITE")
		}
		p.on(ok, "ACK", 3, "", "")
		p.none("SIP/2.0 200", 5*time.Second)
		p.on(ok, "INVITE", 4, p.contact(), "")
		p.next("SIP/2.0 200")
		p.on(ok, "INVITE", 5, p.contact(), p.sound(20020))
		p.next("SIP/2.0 491")
		p.on(ok, "ACK", 4, "", p.sound(20030))
		time.Sleep(time.Second)
		if got := in.remoteMedia(); got != 20030 {
			t.Errorf("sound goes to port %d", got)
		}
		in.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		<-in.Done()
		p.end(r)
	})
}

// An INVITE that came by two ways rings once; the second is 482 (RFC 3261
// 8.2.2.2). A re-INVITE before the first is answered is 500 with a Retry-After
// (14.2).
func TestTwiceTheSame(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		p.invite("", p.sound(20000))
		in := r.ring()
		ring := p.next("SIP/2.0 180")
		p.invite("", p.sound(20000))
		p.next("SIP/2.0 482")
		p.on(ring, "INVITE", 2, p.contact(), p.sound(20000))
		if got := p.next("SIP/2.0 500"); got.header("Retry-After") == "" {
			t.Errorf("no Retry-After in\n%s", got)
		}
		in.Hangup()
		p.next("SIP/2.0 486")
		<-in.Done()
		if n := count[Incoming](r.callee); n != 1 {
			t.Errorf("%d calls rang", n)
		}
		p.end(r)
	})
}

// The two may come at once, on a line where a second call would ring.
func TestTwiceTheSameAtOnce(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, func(c *Config) { c.Calls.Waiting, c.Calls.Max = true, 4 })
		for try := range 20 {
			callID := fmt.Sprintf("script%d", try)
			for range 2 {
				p.request("INVITE", 1, "<sip:peer@example.test>;tag=peer", "<sip:"+calleeUser+"@"+labDomain+">", callID, p.contact(), p.sound(20000))
			}
			p.next("SIP/2.0 482")
			r.ring().Hangup()
			p.next("SIP/2.0 486")
		}
		if n := count[Incoming](r.callee); n != 20 {
			t.Errorf("%d calls rang, want 20", n)
		}
		p.end(r)
	})
}

// A hold that the other side answers with 481 or 408 ends the call, for it knows
// of none (RFC 3261 12.2.1.2, RFC 5057); after a 500 the call goes on.
func TestReinviteRefused(t *testing.T) {
	for status, over := range map[string]bool{"481 Call/Transaction Does Not Exist": true, "408 Request Timeout": true, "500 Server Internal Error": false} {
		virtual(t, func(t *testing.T) {
			r, p := scripted(t, nil)
			out := r.place(false)
			p.answerCall("a", "")
			<-out.Answered()
			time.Sleep(time.Second)
			held := make(chan error, 1)
			go func() { held <- out.Hold() }()
			p.reply(p.next("INVITE"), status, "", "", "")
			p.next("ACK")
			if err := <-held; err == nil {
				t.Errorf("%s: held", status)
			}
			if !over {
				p.none("BYE", 5*time.Second)
				out.Hangup()
			}
			p.reply(p.next("BYE"), "200 OK", "", "", "")
			<-out.Done()
			if e := out.Ended(); over == (e.Cause == CauseHangup) {
				t.Errorf("%s: %+v", status, e)
			}
			p.end(r)
		})
	}
}

// A peer that is busy with another offer says when to come again (RFC 3261 14.2).
func TestReinviteComesAgain(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, nil)
		out := r.place(false)
		p.answerCall("a", "")
		<-out.Answered()
		time.Sleep(time.Second)
		held := make(chan error, 1)
		go func() { held <- out.Hold() }()
		p.reply(p.next("INVITE"), "500 Offer Pending", "", "Retry-After: 7\r\n", "")
		p.next("ACK")
		start := time.Now()
		again := p.next("INVITE")
		if waited := time.Since(start).Round(time.Second); waited != 7*time.Second {
			t.Errorf("came again after %v", waited)
		}
		p.reply(again, "200 OK", "", p.contact(), p.sound(20000, "a=recvonly\r\n"))
		p.next("ACK")
		if err := <-held; err != nil {
			t.Error(err)
		}
		out.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		<-out.Done()
		p.end(r)
	})
}

// Our offer is out: the other side's UPDATE and re-INVITE get 491 (RFC 3261
// 14.2, RFC 3311 5.2), and ours goes on.
func TestGlareWithScript(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, nil)
		out := r.place(false)
		invite := p.answerCall("a", "")
		<-out.Answered()
		time.Sleep(time.Second)
		held := make(chan error, 1)
		go func() { held <- out.Hold() }()
		ours := p.next("INVITE")
		p.back(invite, "a", "UPDATE", 1, p.contact(), p.sound(20002))
		p.next("SIP/2.0 491")
		p.back(invite, "a", "INVITE", 2, p.contact(), p.sound(20002))
		p.back(invite, "a", "ACK", 2, "", "")
		p.next("SIP/2.0 491")
		p.reply(ours, "200 OK", "", p.contact(), p.sound(20000, "a=recvonly\r\n"))
		p.next("ACK")
		if err := <-held; err != nil {
			t.Error(err)
		}
		out.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		<-out.Done()
		p.end(r)
	})
}

// The classes of final responses that a caller can tell apart; an unknown one
// counts as the first of its class (RFC 3261 8.1.3.2).
func TestCauses(t *testing.T) {
	for status, want := range map[int]Cause{
		302: CauseMoved, 380: CauseMoved, 401: CauseForbidden, 404: CauseNotFound, 408: CauseNoAnswer, 413: CauseTooLarge,
		414: CauseTooLarge, 415: CauseNotAcceptable, 416: CauseNotFound, 420: CauseExtension, 421: CauseExtension, 422: CauseInterval,
		480: CauseUnavailable, 481: CauseRefused, 482: CauseLoop, 483: CauseLoop, 484: CauseIncomplete, 485: CauseAmbiguous,
		486: CauseBusy, 487: CauseNoAnswer, 488: CauseNotAcceptable, 494: CauseExtension, 499: CauseRefused, 500: CauseServerFault,
		503: CauseOverloaded, 513: CauseTooLarge, 599: CauseServerFault, 600: CauseBusy, 603: CauseDeclined, 604: CauseNotFound, 606: CauseNotAcceptable, 699: CauseRefused,
	} {
		if got := causeOf(status); got != want {
			t.Errorf("%d: %s, want %s", status, got, want)
		}
	}
}

// Who is from before RFC 3261 has no tag, no branch, and perhaps no Contact: he calls
// all the same (RFC 3261 12.1.1, RFC 4475 3.4.1), and either side can hang up.
func TestCallerOfRFC2543(t *testing.T) {
	for _, ours := range []bool{true, false} {
		virtual(t, func(t *testing.T) {
			r, p := scriptedCaller(t, nil)
			send := func(method, to string, seq int, body string) {
				p.say(fmt.Sprintf("%s sip:%s@%v SIP/2.0\r\nVia: SIP/2.0/UDP %v\r\nFrom: <sip:old@%v>\r\nTo: %s\r\nCall-ID: old\r\nCSeq: %d %s\r\n%s",
					method, calleeUser, p.to, p.at, p.at, to, seq, method, typed(body)))
			}
			send("INVITE", "<sip:"+calleeUser+"@"+labDomain+">", 1, p.sound(20000))
			in := r.ring()
			time.Sleep(ringTime)
			if err := in.Answer(); err != nil {
				t.Fatal(err)
			}
			ok := p.next("SIP/2.0 200")
			send("ACK", ok.header("To"), 1, "")
			p.none("SIP/2.0 200", time.Second)
			if ours {
				in.Hangup()
				bye := p.next("BYE")
				bye.wants(t, "To", fmt.Sprintf("<sip:old@%v>", p.at))
				p.reply(bye, "200 OK", "", "", "")
			} else {
				send("BYE", ok.header("To"), 2, "")
				p.next("SIP/2.0 200")
			}
			<-in.Done()
			p.end(r)
		})
	}
}
