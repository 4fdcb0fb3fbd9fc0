package ua

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/sdp"
)

// The oracle of this file is RFC 3311 section 5.

// Before the answer, an offer in an UPDATE is taken only where the INVITE's own
// offer has been answered for good: 491 while ours waits, as in an early dialog
// whose description was not reliable, and the offer counts where it was.
func TestUpdateBeforeAnswer(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, nil)
		out := r.place(false)
		invite := p.next("INVITE")
		if !strings.Contains(invite.header("Allow"), "UPDATE") {
			t.Errorf("Allow: %s", invite.header("Allow"))
		}
		p.reply(invite, "183 Session Progress", "a", p.contact(), p.sound(20000))
		time.Sleep(100 * time.Millisecond)
		p.back(invite, "a", "UPDATE", 1, p.contact(), p.sound(20002))
		p.next("SIP/2.0 491")
		p.back(invite, "a", "UPDATE", 2, p.contact(), "")
		p.next("SIP/2.0 200")

		p.reply(invite, "183 Session Progress", "b", p.contact()+"Require: 100rel\r\nRSeq: 1\r\n", p.sound(20004))
		p.reply(p.next("PRACK"), "200 OK", "", "", "")
		p.back(invite, "b", "UPDATE", 1, p.contact(), p.sound(20006))
		if ok := p.next("SIP/2.0 200"); !strings.Contains(ok.body(), "m=audio") {
			t.Errorf("no answer in\n%s", ok)
		}
		if got := out.remoteMedia(); got != 20006 {
			t.Errorf("sound goes to port %d", got)
		}
		// What a 200 repeats of an exchange that is over changes nothing
		// (RFC 3261 13.2.1).
		p.reply(invite, "200 OK", "b", p.contact(), p.sound(20004))
		p.next("ACK")
		<-out.Answered()
		if got := out.remoteMedia(); got != 20006 {
			t.Errorf("after the 200 sound goes to port %d", got)
		}
		out.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		<-out.Done()
		p.end(r)
	})
}

// It rings here, and the offer of the INVITE has no answer yet: 500 with a
// Retry-After of 0 to 10 s; without an offer the target is refreshed.
func TestUpdateWhileRinging(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		p.invite("", p.sound(20000))
		in := r.ring()
		ring := p.next("SIP/2.0 180")
		p.on(ring, "UPDATE", 2, p.contact(), p.sound(20002))
		again := p.next("SIP/2.0 500").header("Retry-After")
		if n, err := strconv.Atoi(again); err != nil || n < 0 || n > 10 {
			t.Errorf("Retry-After %q", again)
		}
		p.on(ring, "UPDATE", 3, "Contact: <sip:moved@"+p.at.String()+">\r\n", "")
		p.next("SIP/2.0 200")
		if err := in.Answer(); err != nil {
			t.Fatal(err)
		}
		p.on(p.next("SIP/2.0 200"), "ACK", 1, "", "")
		time.Sleep(time.Second)
		in.Hangup()
		bye := p.next("BYE")
		if !strings.HasPrefix(bye.first(), "BYE sip:moved@") {
			t.Errorf("%s", bye.first())
		}
		p.reply(bye, "200 OK", "", "", "")
		<-in.Done()
		p.end(r)
	})
}

// In a call an UPDATE holds and resumes like a re-INVITE, and one that cannot be
// taken leaves everything as it was.
func TestUpdateInCall(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		in, ok := p.reached(r, "")
		p.on(ok, "UPDATE", 2, p.contact(), p.sound(20000, "a=sendonly\r\n"))
		if got := p.next("SIP/2.0 200"); !strings.Contains(got.body(), "a=recvonly") {
			t.Errorf("answered\n%s", got.body())
		}
		p.on(ok, "UPDATE", 3, p.contact(), strings.Replace(p.sound(30000), "RTP/AVP 0", "RTP/AVP 18", 1))
		p.next("SIP/2.0 488")
		p.on(ok, "UPDATE", 4, p.contact(), p.sound(20000))
		p.next("SIP/2.0 200")
		p.on(ok, "UPDATE", 5, p.contact()+"Require: teleport\r\n", "")
		p.next("SIP/2.0 420").wants(t, "Unsupported", "teleport")
		p.on(ok, "UPDATE", 4, p.contact(), "")
		p.next("SIP/2.0 500")
		if got := in.remoteMedia(); got != 20000 {
			t.Errorf("sound goes to port %d", got)
		}
		sameEvents(t, r.callee, "incoming answered held resumed")
		in.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		<-in.Done()
		p.end(r)
	})
}

// An UPDATE with an offer in a secured call, hold and resume: same SSRC, nothing
// in clear, and the call stays secured (specification section 5).
func TestUpdateSecured(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		sent := r.watchRTP()
		out, in := r.dial(true)
		time.Sleep(4 * time.Second)
		for _, to := range []sdp.Direction{sdp.SendOnly, sdp.SendRecv} {
			status := make(chan int, 1)
			in.post(func() {
				body := in.media.offer(to)
				in.exchange(func() *sip.Request {
					req := in.dlg.Request(sip.UPDATE)
					req.AppendHeader(&sip.ContactHeader{Address: in.contact()})
					setBody(req, sdpType, body)
					return req
				}, func(res *sip.Response, err error) {
					if err == nil && res.IsSuccess() {
						_ = in.turned(res, to, nil)
					}
					status <- res.StatusCode
				})
			})
			if got := <-status; got != 200 {
				t.Fatalf("answered %d", got)
			}
			time.Sleep(3 * time.Second)
		}
		if count[Held](r.caller) != 1 || count[Resumed](r.caller) != 1 {
			t.Errorf("caller told %v", r.caller.names())
		}
		checkAlive(t, r)
		checkSwitch(t, "caller", sent(r.caller.addr.Addr()))
		checkSwitch(t, "callee", sent(r.callee.addr.Addr()))
		out.Hangup()
		<-in.Done()
		r.close()
		if e := out.Ended(); e.Secure != SecureDone || e.Rx.Rejected != 0 {
			t.Errorf("%+v", e)
		}
	})
}
