package ua

import (
	"bytes"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/audio/measure"
	"star18/audio/rtpstream/memnet"
	"star18/securecall"
)

// Hold and resume keep the keys: one SSRC, counters going on, nothing refused.
func TestSDESHold(t *testing.T) {
	for _, byCaller := range []bool{true, false} {
		virtual(t, func(t *testing.T) {
			r := newRig(t, by(MethodSDES))
			sent := r.watchRTP()
			keys := r.watchKeys()
			out, in := r.dial(true)
			time.Sleep(3 * time.Second)
			holder := out
			if !byCaller {
				holder = in
			}
			turn(t, holder, 3*time.Second)
			checkAlive(t, r)
			out.Hangup()
			<-in.Done()
			r.close()
			checkProtected(t, "caller", sent(r.caller.addr.Addr()), 10)
			checkProtected(t, "callee", sent(r.callee.addr.Addr()), 10)
			// Two offered, one answered; hold and resume bring no new one.
			if n := len(keys()); n != 3 {
				t.Errorf("%d keys were seen", n)
			}
			if a, b := out.Ended(), in.Ended(); a.Secure != SecureDone || b.Secure != SecureDone || a.Rx.Rejected+b.Rx.Rejected != 0 {
				t.Errorf("%+v, %+v", a, b)
			}
		})
	}
}

func turn(t *testing.T, c *Call, d time.Duration) {
	t.Helper()
	if err := c.Hold(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(d)
	if err := c.Resume(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(d)
}

// A call answered on hold is told to be secured when there is something to hear.
func TestSDESHeldFromTheStart(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, both(by(MethodSDES), func(a, _ *Config) {
			tamper(a, func(msg []byte) []byte {
				if !bytes.Contains(msg, []byte("CSeq: 1 INVITE")) {
					return msg
				}
				return inSDP(func(b []byte) []byte { return bytes.Replace(b, []byte("a=sendrecv"), []byte("a=inactive"), 1) })(msg)
			})
		}))
		out, in := r.dial(true)
		time.Sleep(10 * time.Second)
		if n := count[Securing](r.callee) + count[NotSecured](r.callee); n != 0 {
			t.Errorf("callee %v", r.callee.names())
		}
		turn(t, out, 3*time.Second)
		if count[Secured](r.callee) != 1 || count[NotSecured](r.callee) != 0 {
			t.Errorf("callee %v", r.callee.names())
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// A re-INVITE with other keys changes those of both directions, and the call
// goes on (RFC 4568 7.1.4).
func TestSDESRekey(t *testing.T) {
	for _, byCaller := range []bool{true, false} {
		virtual(t, func(t *testing.T) {
			r := newRig(t, by(MethodSDES))
			keys := r.watchKeys()
			out, in := r.dial(true)
			time.Sleep(3 * time.Second)
			changer := out
			if !byCaller {
				changer = in
			}
			changer.post(func() { changer.media.keying = newKeying() })
			turn(t, changer, 3*time.Second)
			checkAlive(t, r)
			// Two offered and one answered, twice.
			if n := len(keys()); n != 6 {
				t.Errorf("%d keys were seen", n)
			}
			out.Hangup()
			<-in.Done()
			r.close()
			for _, e := range []*end{r.caller, r.callee} {
				if count[Secured](e) != 1 || count[NotSecured](e) != 0 {
					t.Errorf("%s told %v", e.user, e.names())
				}
			}
		})
	}
}

// A re-INVITE that would take the protection away, or that brings no usable key,
// is refused, and changes nothing.
func TestSDESReinviteRefused(t *testing.T) {
	var keys func() []string
	for name, change := range map[string]func([]byte) []byte{
		"back to clear": withoutKeys,
		"an MKI":        func(b []byte) []byte { return inline.ReplaceAll(b, []byte(strangeKey+"|2^20|1:4")) },
		"a key of before": func(b []byte) []byte {
			return append(anyCrypto.ReplaceAll(b, nil), "a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:"+keys()[0]+"\r\n"...)
		},
		"our own key": func(b []byte) []byte { return inline.ReplaceAll(b, []byte("inline:"+keys()[2])) },
	} {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, both(by(MethodSDES), reoffering(change)))
				sent := r.watchRTP()
				keys = r.watchKeys()
				out, in := r.dial(true)
				time.Sleep(2 * time.Second)
				if err := out.Hold(); err == nil || !strings.Contains(err.Error(), "488") {
					t.Errorf("%v", err)
				}
				time.Sleep(2 * time.Second)
				checkAlive(t, r)
				out.Hangup()
				<-in.Done()
				r.close()
				checkProtected(t, "caller", sent(r.caller.addr.Addr()), 10)
				checkProtected(t, "callee", sent(r.callee.addr.Addr()), 10)
			})
		})
	}
}

// reoffering changes the description in the caller's re-INVITEs.
func reoffering(change func([]byte) []byte) func(a, b *Config) {
	return func(a, _ *Config) {
		tamper(a, func(msg []byte) []byte {
			if !bytes.HasPrefix(msg, []byte("INVITE")) || bytes.Contains(msg, []byte("CSeq: 1 INVITE")) {
				return msg
			}
			return inSDP(change)(msg)
		})
	}
}

// New keys take effect at once, in both directions. The re-INVITE's key is
// exchanged on its way, so the callee must stop to understand the caller, and
// say so; the caller understands the callee only if both took the callee's new
// key.
func TestSDESNewKeysTakeEffect(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, both(by(MethodSDES), reoffering(func(b []byte) []byte { return inline.ReplaceAll(b, []byte(strangeKey)) })))
		out, in := r.dial(true)
		time.Sleep(3 * time.Second)
		turn(t, out, 8*time.Second)
		if got := measure.LevelAt(r.caller.heard.last(time.Second), 8000, calleeTone); got < -14 {
			t.Errorf("the caller hears %.1f dBm0", got)
		}
		if level := loudest(r.callee.heard.last(6 * time.Second)); level > -60 {
			t.Errorf("the callee hears %.1f dBm0", level)
		}
		checkReason(t, r.callee, securecall.MediaDowngraded)
		out.Hangup()
		<-in.Done()
		r.close()
		if a, b := out.Ended(), in.Ended(); a.Secure != SecureDone || b.Secure != SecureLost {
			t.Errorf("%+v, %+v", a, b)
		}
	})
}

// A call that became secure by its second stage takes no keys in SDP later.
func TestSDESComesNotLate(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, both(by(MethodAuto), reoffering(func(b []byte) []byte {
			return append(bytes.Replace(b, []byte("RTP/AVP"), []byte("RTP/SAVP"), 1), "a=crypto:1 AES_CM_128_HMAC_SHA1_80 "+strangeKey+"\r\n"...)
		})))
		var warned atomic.Bool
		r.net.Tap(func(p memnet.Packet) {
			if bytes.Contains(p.Data, []byte("Warning: 304 star18 \""+errLateKeys.Error())) {
				warned.Store(true)
			}
		})
		out, in := r.dial(true)
		time.Sleep(3 * time.Second)
		if err := out.Hold(); err == nil || !strings.Contains(err.Error(), "488") || !warned.Load() {
			t.Errorf("%v", err)
		}
		time.Sleep(2 * time.Second)
		checkAlive(t, r)
		out.Hangup()
		<-in.Done()
		r.close()
		if e := out.Ended(); e.Secure != SecureDone || e.Rx.Rejected != 0 {
			t.Errorf("%+v", e)
		}
	})
}

// A Hello in a call with keys is refused, and is no business of any other part.
func TestSDESRefusesHellos(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, by(MethodSDES))
		out, in := r.dial(true)
		time.Sleep(time.Second)
		for _, c := range []*Call{out, in} {
			status := make(chan int, 1)
			c.post(func() {
				c.exchange(func() *sip.Request {
					req := c.dlg.Request(sip.INFO)
					setBody(req, "application/x-sipura", securecall.EncodeBody(make([]byte, 264)))
					return req
				}, func(res *sip.Response, err error) { status <- res.StatusCode })
			})
			if got := <-status; got != sip.StatusNotAcceptableHere {
				t.Errorf("answered %d", got)
			}
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

var anyCrypto = regexp.MustCompile(`a=crypto:.*\r\n`)

// withoutKeys makes plain RTP of a description.
func withoutKeys(body []byte) []byte {
	return anyCrypto.ReplaceAll(bytes.ReplaceAll(body, []byte("RTP/SAVP"), []byte("RTP/AVP")), nil)
}

// ringWithSound places a call whose callee sends early media, protected like all
// the rest.
func (r *rig) ringWithSound() (out, in *Call) {
	out = r.place(true)
	in = r.ring()
	time.Sleep(ringTime)
	in.post(func() {
		in.in.accepting = true // else a telephone that rings sends no sound
		body, err := in.media.answer(in.in.offer)
		if err != nil {
			r.t.Error(err)
		}
		res := in.line.response(in.in.req, sip.StatusSessionInProgress, "Session Progress", in.key.localTag)
		setBody(res, sdpType, body)
		in.line.respond(in.in.tx, res)
	})
	time.Sleep(2 * time.Second)
	return out, in
}

// Early media is protected from its first packet as well, and is no proof before
// the call is answered.
func TestSDESEarlyMedia(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, by(MethodSDES))
		sent := r.watchRTP()
		out, in := r.ringWithSound()
		if got := measure.LevelAt(r.caller.heard.last(time.Second), 8000, calleeTone); got < -14 {
			t.Errorf("the early media is not heard: %.1f dBm0", got)
		}
		if count[EarlyMedia](r.caller) != 1 || count[Secured](r.caller) != 0 {
			t.Errorf("caller %v", r.caller.names())
		}
		if err := in.Answer(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		checkAlive(t, r)
		out.Hangup()
		<-in.Done()
		r.close()
		for _, e := range []*end{r.caller, r.callee} {
			if ev, ok := told[Secured](e); !ok || ev.MS != 0 && e == r.caller {
				t.Errorf("%s told %v, %+v", e.user, e.names(), ev)
			}
			checkProtected(t, e.user, sent(e.addr.Addr()), 10)
		}
	})
}

// After early media under keys, neither an answer in clear nor a refusal takes
// the stream back to clear.
func TestSDESEarlyMediaStaysProtected(t *testing.T) {
	for name, end := range map[string]struct {
		by    func(in *Call)
		cause Cause
	}{
		"plain answer": {func(in *Call) { in.Answer() }, CauseNotAcceptable},
		"refusal":      {func(in *Call) { in.Reject(488) }, CauseNotAcceptable},
	} {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, both(by(MethodSDES), answering(withoutKeys)))
				sent, invites := r.watchRTP(), r.invites()
				out, in := r.ringWithSound()
				end.by(in)
				<-out.Done()
				<-in.Done()
				r.close()
				if e := out.Ended(); e.Cause != end.cause || invites() != 1 {
					t.Errorf("%+v, %d INVITEs", e, invites())
				}
				if count[NotSecured](r.caller) != 1 {
					t.Errorf("caller %v", r.caller.names())
				}
				for _, p := range sent(r.caller.addr.Addr()) {
					if len(p.data) != 182 {
						t.Fatalf("a packet of %d octets", len(p.data))
					}
				}
			})
		})
	}
}
