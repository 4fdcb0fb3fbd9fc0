package ua

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

// Two telephones ring behind a proxy, both with sound of their own: the latest
// is heard, the one that answers gets the call in its own early dialog, and the
// other one, which answers too, is acknowledged and hung up (RFC 3261 13.2.2.4).
func TestForkedEarlyDialogs(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, nil)
		sent := r.watchRTP()
		out := r.place(false)
		invite := p.next("INVITE")
		for i, tag := range []string{"a", "b"} {
			p.reply(invite, "180 Ringing", tag, p.contact(), "")
			time.Sleep(100 * time.Millisecond)
			p.reply(invite, "183 Session Progress", tag, p.contact(), p.sound(20000+1000*i))
			time.Sleep(500 * time.Millisecond)
			if packets := sent(callerAddr.Addr()); len(packets) == 0 {
				t.Errorf("nothing is sent to telephone %s", tag)
			}
		}
		// The first one answers, and has said in its 183 all that there is to say.
		p.reply(invite, "200 OK", "a", p.contact(), "")
		ack := p.next("ACK")
		if !strings.HasSuffix(ack.header("To"), "tag=a") {
			t.Errorf("the ACK goes to %s", ack.header("To"))
		}
		p.reply(invite, "200 OK", "b", p.contact(), p.sound(21000))
		for _, method := range []string{"ACK", "BYE"} {
			m := p.next(method)
			if !strings.HasSuffix(m.header("To"), "tag=b") {
				t.Errorf("%s goes to %s", method, m.header("To"))
			}
			if method == "BYE" {
				p.reply(m, "200 OK", "", "", "")
			}
		}
		time.Sleep(time.Second)
		if remote := out.remoteMedia(); remote != 20000 {
			t.Errorf("sound goes to port %d, the telephone that answered takes it at 20000", remote)
		}
		sameEvents(t, r.caller, "dialing ringing early_media ringing early_media answered")
		out.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		<-out.Done()
		p.end(r)
	})
}

func (c *Call) remoteMedia() int {
	port := make(chan int, 1)
	c.post(func() { port <- int(c.media.agreed.Remote.Port()) })
	return <-port
}

// A telephone answers after the call has ended: it gets an ACK and a BYE, once,
// and another ACK each time that it repeats itself.
func TestAnswerAfterTheEnd(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, nil)
		out := r.place(false)
		invite := p.next("INVITE")
		p.reply(invite, "180 Ringing", "a", p.contact(), "")
		time.Sleep(ringTime)
		out.Hangup()
		cancel := p.next("CANCEL")
		p.reply(cancel, "200 OK", "a", "", "")
		<-out.Done() // without a 487: the proxy knows of more telephones
		for i := range 2 {
			p.reply(invite, "200 OK", "late", p.contact(), p.sound(20000))
			p.next("ACK")
			if i == 0 {
				p.reply(p.next("BYE"), "200 OK", "", "", "")
			}
		}
		p.none("BYE", 10*time.Second)
		time.Sleep(time.Minute)
		p.reply(invite, "200 OK", "muchlater", p.contact(), p.sound(20000))
		p.none("ACK", time.Second)
		p.end(r)
	})
}

// A CANCEL that crosses the 200: the call is acknowledged and hung up (RFC 3261
// 9.1 and 15).
func TestCancelRefusedByAnswer(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, nil)
		out := r.place(false)
		invite := p.next("INVITE")
		p.reply(invite, "180 Ringing", "a", p.contact(), "")
		time.Sleep(ringTime)
		out.Hangup()
		p.reply(p.next("CANCEL"), "481 Call/Transaction Does Not Exist", "a", "", "")
		p.reply(invite, "200 OK", "a", p.contact(), p.sound(20000))
		p.next("ACK")
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		<-out.Done()
		if e := out.Ended(); e.Cause != CauseCancelled || e.Answered {
			t.Errorf("%+v", e)
		}
		p.end(r)
	})
}

// A call is given up before anything has come back, and has ended for its user;
// but the INVITE did arrive. What rings is cancelled as soon as it says so, and
// what answers is acknowledged and hung up (RFC 3261 9.1).
func TestCancelBeforeAnyResponse(t *testing.T) {
	for _, answer := range []string{"180 Ringing", "200 OK"} {
		virtual(t, func(t *testing.T) {
			r, p := scripted(t, nil)
			out := r.place(false)
			invite := p.next("INVITE")
			out.Hangup()
			<-out.Done()
			time.Sleep(5 * time.Second)
			p.reply(invite, answer, "a", p.contact(), "")
			if answer == "200 OK" {
				p.next("ACK")
				p.reply(p.next("BYE"), "200 OK", "", "", "")
			} else {
				cancel := p.next("CANCEL")
				cancel.wants(t, "Via", invite.header("Via"))
				p.reply(cancel, "200 OK", "a", "", "")
				p.reply(invite, "487 Request Terminated", "a", "", "")
				p.next("ACK")
			}
			if e := out.Ended(); e.Cause != CauseCancelled {
				t.Errorf("%+v", e)
			}
			p.end(r)
		})
	}
}

// An INVITE that was sent again with credentials is cancelled only once that one
// has been answered provisionally, and by its own branch (RFC 3261 9.1).
func TestCancelAfterChallenge(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, nil)
		out := r.place(false)
		first := p.next("INVITE")
		p.reply(first, "100 Trying", "", "", "")
		p.reply(first, "407 Proxy Authentication Required", "x", "Proxy-Authenticate: Digest realm=\"x\", nonce=\"n\", algorithm=MD5, qop=\"auth\"\r\n", "")
		p.next("ACK")
		second := p.next("INVITE")
		second.wants(t, "CSeq", "2 INVITE")
		out.Hangup()
		p.none("CANCEL", time.Second)
		p.reply(second, "100 Trying", "", "", "")
		cancel := p.next("CANCEL")
		cancel.wants(t, "CSeq", "2 CANCEL")
		cancel.wants(t, "Via", second.header("Via"))
		p.reply(cancel, "200 OK", "x", "", "")
		p.reply(second, "487 Request Terminated", "x", "", "")
		<-out.Done()
		p.end(r)
	})
}

// A 200 that names no address is acknowledged and hung up all the same: else it
// would be repeated, and the other side would sit in a call (RFC 3261 13.2.2.4).
func TestAnswerWithoutContact(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, nil)
		out := r.place(false)
		invite := p.next("INVITE")
		p.reply(invite, "200 OK", "a", "", p.sound(20000))
		p.next("ACK")
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		<-out.Done()
		if e := out.Ended(); e.Answered || e.Cause != CauseRefused {
			t.Errorf("%+v", e)
		}
		p.end(r)
	})
}

// lost are addresses that lead nowhere from here: a name of another network, one of
// the other IP version, a transport that nobody has.
var lost = map[string]string{
	"name": "<sip:peer@pc33.home.invalid>", "family": "<sip:peer@[2001:db8::9]>", "transport": "<sip:peer@192.0.2.2;transport=carrier-pigeon>",
}

// Who answers with such a Contact is talked to by the way of the INVITE.
func TestAnswerFromNowhere(t *testing.T) {
	for name, contact := range lost {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r, p := scripted(t, nil)
				stuckDNS(r.caller)
				out := r.place(false)
				invite := p.next("INVITE")
				p.reply(invite, "200 OK", "a", "Contact: "+contact+"\r\n", p.sound(20000))
				p.next("ACK")
				<-out.Answered()
				out.Hangup()
				p.reply(p.next("BYE"), "200 OK", "", "", "")
				<-out.Done()
				p.end(r)
			})
		})
	}
}

// Who calls with such a Contact is answered at once, and hung up on, at the address
// that the INVITE came from.
func TestCallFromNowhere(t *testing.T) {
	for name, contact := range lost {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r, p := scriptedCaller(t, nil)
				stuckDNS(r.callee)
				p.request("INVITE", 1, "<sip:peer@example.test>;tag=peer", "<sip:"+calleeUser+"@"+labDomain+">", "script",
					"Contact: "+contact+"\r\n", p.sound(20000))
				in := r.ring()
				start := time.Now()
				if err := in.Answer(); err != nil {
					t.Fatal(err)
				}
				p.on(p.next("SIP/2.0 200"), "ACK", 1, "", "")
				if took := time.Since(start); took > 100*time.Millisecond {
					t.Errorf("answered after %v", took)
				}
				time.Sleep(ringTime)
				in.Hangup()
				p.reply(p.next("BYE"), "200 OK", "", "", "")
				<-in.Done()
				p.end(r)
			})
		})
	}
}

// A telephone rings for ten minutes' worth of repeated 180: more than ten
// responses neither end nor repeat anything.
func TestLongRing(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, nil)
		out := r.place(false)
		invite := p.next("INVITE")
		for range 40 {
			p.reply(invite, "180 Ringing", "a", p.contact(), "")
			time.Sleep(5 * time.Second)
		}
		p.reply(invite, "200 OK", "a", p.contact(), p.sound(20000))
		p.next("ACK")
		<-out.Answered()
		sameEvents(t, r.caller, "dialing ringing answered")
		out.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		<-out.Done()
		p.end(r)
	})
}

// With keys in SDP the first telephone that sounds is heard until one answers: a
// stream does not go back to keys that it has given up, as it would have to if
// the first one answered after all. Whichever does, the call is up.
func TestForkedKeys(t *testing.T) {
	for _, winner := range []string{"a", "b"} {
		virtual(t, func(t *testing.T) {
			r, p := scripted(t, func(c *Config) { c.Secure.Method = MethodSDES })
			out := r.place(true)
			invite := p.next("INVITE")
			described := map[string]string{}
			for i, tag := range []string{"a", "b"} {
				key := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{byte(i + 1)}, 30))
				body := p.sound(20000+1000*i, "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"+key+"\r\n")
				described[tag] = strings.Replace(body, "RTP/AVP", "RTP/SAVP", 1)
				p.reply(invite, "183 Session Progress", tag, p.contact(), described[tag])
				time.Sleep(500 * time.Millisecond)
			}
			if got := out.remoteMedia(); got != 20000 {
				t.Errorf("before the answer sound goes to port %d", got)
			}
			p.reply(invite, "200 OK", winner, p.contact(), described[winner])
			p.next("ACK")
			<-out.Answered()
			time.Sleep(time.Second)
			if got, want := out.remoteMedia(), map[string]int{"a": 20000, "b": 21000}[winner]; got != want {
				t.Errorf("%s answered, and sound goes to port %d", winner, got)
			}
			if n := count[Ended](r.caller); n != 0 {
				t.Errorf("%v", r.caller.names())
			}
			out.Hangup()
			p.reply(p.next("BYE"), "200 OK", "", "", "")
			<-out.Done()
			p.end(r)
		})
	}
}
