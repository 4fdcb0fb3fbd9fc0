package ua

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"star18/audio/rtpstream/memnet"
)

// The oracle of this file is RFC 4028.

// A secured call with a session of 90 s, kept alive for ten minutes by UPDATE or,
// where the other end does not allow that, by re-INVITE with the same
// description: it stays secured, nothing leaves in clear, and a hold stays a
// hold.
func TestSessionRefresh(t *testing.T) {
	for _, method := range []string{"UPDATE", "INVITE"} {
		for _, held := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s held %v", method, held), func(t *testing.T) {
				virtual(t, func(t *testing.T) {
					r := newRig(t, func(a, b *Config) {
						a.SessionExpires = 90 * time.Second
						if method == "INVITE" {
							tamper(b, func(msg []byte) []byte { return bytes.ReplaceAll(msg, []byte(", UPDATE"), nil) })
						}
					})
					sent := r.watchRTP()
					out, in := r.dial(true)
					time.Sleep(4 * time.Second)
					if held {
						if err := in.Hold(); err != nil {
							t.Fatal(err)
						}
					}
					refreshes := r.count(method+" sip:", "Session-Expires: 90;refresher=uac")
					origins := r.origins()
					time.Sleep(10 * time.Minute)
					if n := refreshes(); n < 11 || n > 14 {
						t.Errorf("%d refreshes in ten minutes of a session of 90 s", n)
					}
					if all := origins(); len(all) > 2 {
						t.Errorf("the description changed: %v", all)
					}
					if held {
						if n := count[Resumed](r.caller) + count[Resumed](r.callee); n != 0 {
							t.Errorf("the hold ended: %v", r.caller.names())
						}
						if err := in.Resume(); err != nil {
							t.Fatal(err)
						}
						time.Sleep(3 * time.Second)
					}
					checkAlive(t, r)
					checkSwitch(t, "caller", sent(r.caller.addr.Addr()))
					checkSwitch(t, "callee", sent(r.callee.addr.Addr()))
					out.Hangup()
					<-in.Done()
					r.close()
					for _, c := range []*Call{out, in} {
						if e := c.Ended(); e.Secure != SecureDone || e.Cause != CauseHangup {
							t.Errorf("%+v", e)
						}
					}
				})
			})
		}
	}
}

// count counts the messages on the network that begin so and contain that;
// retransmissions as well.
func (r *rig) count(begin, part string) func() int {
	var n atomic.Int32
	r.net.Tap(func(p memnet.Packet) {
		if bytes.HasPrefix(p.Data, []byte(begin)) && bytes.Contains(p.Data, []byte(part)) {
			n.Add(1)
		}
	})
	return func() int { return int(n.Load()) }
}

// origins are the o= lines that pass from now on.
func (r *rig) origins() func() map[string]bool {
	var mu sync.Mutex
	all := map[string]bool{}
	r.net.Tap(func(p memnet.Packet) {
		mu.Lock()
		defer mu.Unlock()
		if _, rest, ok := bytes.Cut(p.Data, []byte("\r\no=")); ok && p.To.Port() < 10000 { // encrypted sound may look like anything
			line, _, _ := bytes.Cut(rest, []byte("\r\n"))
			all[string(line)] = true
		}
	})
	return func() map[string]bool {
		mu.Lock()
		defer mu.Unlock()
		return maps.Clone(all)
	}
}

// The other end refreshes and stops doing so: BYE before the session's end by
// 32 s or a third, the lesser (section 10).
func TestSessionExpires(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		in, ok := p.reached(r, "Supported: timer\r\nSession-Expires: 200;refresher=uac\r\n")
		ok.wants(t, "Session-Expires", "200;refresher=uac")
		ok.wants(t, "Require", "timer")
		time.Sleep(100 * time.Second)
		p.on(ok, "UPDATE", 2, p.contact()+"Supported: timer\r\nSession-Expires: 200;refresher=uac\r\n", "")
		p.next("SIP/2.0 200").wants(t, "Session-Expires", "200;refresher=uac")
		start := time.Now()
		bye, came := p.within("BYE", 200*time.Second)
		if waited := time.Since(start).Round(time.Second); !came || waited != 168*time.Second {
			t.Errorf("BYE %v after %v", came, waited)
		}
		p.reply(bye, "200 OK", "", "", "")
		<-in.Done()
		if e := in.Ended(); e.Cause != CauseSessionExpired || e.By != Local {
			t.Errorf("%+v", e)
		}
		p.end(r)
	})
}

// Too short an interval gets 422 with our minimum, and nothing rings; who does
// not know session timers could not understand that.
func TestIntervalTooSmall(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, func(c *Config) { c.MinSE = 2 * time.Minute })
		p.invite("Supported: timer\r\nSession-Expires: 100\r\n", p.sound(20000))
		refused := p.next("SIP/2.0 422")
		refused.wants(t, "Min-SE", "120")
		p.on(refused, "ACK", 1, "", "")
		if n := count[Incoming](r.callee); n != 0 {
			t.Error("it rang")
		}
		p.end(r)
	})
}

// A 422 to our INVITE is followed by one with the interval that it names, and
// only as long as that rises (section 7.3).
func TestIntervalRaised(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, func(c *Config) { c.SessionExpires = 90 * time.Second })
		out := r.place(false)
		for i, tt := range []struct{ expires, least string }{{"90", ""}, {"300", "300"}, {"600", "600"}} {
			invite := p.next("INVITE")
			invite.wants(t, "Session-Expires", tt.expires)
			invite.wants(t, "Min-SE", tt.least)
			invite.wants(t, "CSeq", fmt.Sprintf("%d INVITE", i+1))
			least := []string{"300", "600", "600"}[i]
			p.reply(invite, "422 Session Interval Too Small", "a", "Min-SE: "+least+"\r\n", "")
			p.next("ACK")
		}
		<-out.Done()
		if e := out.Ended(); e.Cause != CauseInterval || e.Status != 422 {
			t.Errorf("%+v", e)
		}
		p.end(r)
	})
}

// What our refresh meets: 405 to an UPDATE turns to re-INVITE, a 481 ends the
// call, silence too (sections 10 and 7.4; RFC 3261 12.2.1.2).
func TestRefreshRefused(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer string
		cause  Cause
	}{{"no UPDATE after all", "405 Method Not Allowed", ""}, {"call unknown", "481 Call/Transaction Does Not Exist", CauseUnreachable}, {"silence", "", CauseUnreachable}} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r, p := scripted(t, func(c *Config) { c.SessionExpires = 400 * time.Second })
				out := r.place(false)
				p.answerCall("a", "Allow: INVITE, UPDATE\r\nSession-Expires: 400;refresher=uac\r\nRequire: timer\r\n")
				<-out.Answered()
				update, came := p.within("UPDATE", 250*time.Second)
				if !came {
					t.Fatal("no refresh at half the interval")
				}
				if tt.answer != "" {
					p.reply(update, tt.answer, "", "", "")
				}
				if tt.cause == "" {
					invite := p.next("INVITE")
					if !strings.Contains(invite.body(), "m=audio") {
						t.Errorf("no description in\n%s", invite)
					}
					p.reply(invite, "200 OK", "", p.contact()+"Session-Expires: 400;refresher=uac\r\n", p.sound(20000))
					p.next("ACK")
					out.Hangup()
				}
				p.reply(p.next("BYE"), "200 OK", "", "", "")
				<-out.Done()
				if e := out.Ended(); tt.cause != "" && e.Cause != tt.cause {
					t.Errorf("%+v", e)
				}
				p.end(r)
			})
		})
	}
}
