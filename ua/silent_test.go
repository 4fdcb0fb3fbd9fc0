package ua

import (
	"bytes"
	"regexp"
	"testing"
	"time"
)

// Some telephones hold by taking the sound away, with port 0. The call stays and what
// secured it too; nothing is sent until it comes back, then it goes on as before.
func TestSoundTakenAway(t *testing.T) {
	for _, method := range []SecureMethod{MethodXSipura, MethodSDES} {
		virtual(t, func(t *testing.T) {
			port := regexp.MustCompile(`m=audio \d+`)
			r := newRig(t, both(by(method), func(a, _ *Config) {
				tamper(a, func(msg []byte) []byte {
					if !bytes.HasPrefix(msg, []byte("INVITE")) || !bytes.Contains(msg, []byte("a=sendonly")) {
						return msg
					}
					return withBody(msg, port.ReplaceAll(bodyOf(msg), []byte("m=audio 0")))
				})
			}))
			sent := r.watchRTP()
			out, in := r.dial(true)
			time.Sleep(4 * time.Second)
			if err := out.Hold(); err != nil {
				t.Fatal(err)
			}
			if got := must[Held](r.callee); got.By != string(Remote) {
				t.Errorf("%+v", got)
			}
			time.Sleep(time.Second)
			before := len(sent(r.callee.addr.Addr()))
			time.Sleep(20 * time.Second)
			if n := len(sent(r.callee.addr.Addr())) - before; n != 0 {
				t.Errorf("the callee sent %d packets to nowhere", n)
			}
			if n := count[NoAudio](r.callee); n != 0 {
				t.Errorf("told %d times that nothing is heard", n)
			}
			if err := out.Resume(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(3 * time.Second)
			checkAlive(t, r)
			out.Hangup()
			<-in.Done()
			r.close()
			if a, b := out.Ended(), in.Ended(); a.Secure != SecureDone || b.Secure != SecureDone || a.Rx.Rejected != 0 {
				t.Errorf("%+v, %+v", a, b)
			}
			if method == MethodXSipura {
				checkSwitch(t, "callee", sent(r.callee.addr.Addr()))
			} else {
				checkProtected(t, "callee", sent(r.callee.addr.Addr()), 10)
			}
		})
	}
}

// Port 0 is answered with port 0 (RFC 3264 6), and refreshed as such; where a fax is
// offered instead it is refused, and so is a call that begins without sound.
func TestPortZero(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		p.invite("", p.sound(0))
		p.next("SIP/2.0 488")
		p.end(r)
	})
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		in, ok := p.reached(r, "Supported: timer\r\nSession-Expires: 90;refresher=uas\r\n")
		p.on(ok, "INVITE", 2, p.contact(), p.sound(0, "m=image 5000 udptl t38\r\n"))
		p.next("SIP/2.0 488")
		p.on(ok, "ACK", 2, "", "")
		p.on(ok, "INVITE", 3, p.contact()+"Supported: timer\r\nSession-Expires: 90;refresher=uas\r\n", p.sound(0, "m=video 0 RTP/AVP 31\r\n"))
		taken := p.next("SIP/2.0 200")
		p.on(ok, "ACK", 3, "", "")
		want := regexp.MustCompile(`(?s)t=0 0\r\nm=audio 0 RTP/AVP 0\r\nm=video 0 RTP/AVP 31\r\n$`)
		if !want.MatchString(taken.body()) {
			t.Errorf("answered by\n%s", taken.body())
		}
		refresh := p.next("INVITE")
		if refresh.body() != taken.body() {
			t.Errorf("refreshed by\n%s\nafter\n%s", refresh.body(), taken.body())
		}
		p.reply(refresh, "200 OK", "", p.contact()+"Session-Expires: 90;refresher=uac\r\nRequire: timer\r\n", p.sound(0, "m=video 0 RTP/AVP 31\r\n"))
		p.next("ACK")
		p.none("INVITE", 40*time.Second)
		if !in.Info().HeldByPeer {
			t.Error("no hold is shown")
		}
		p.on(ok, "INVITE", 4, p.contact(), p.sound(20000))
		if back := p.next("SIP/2.0 200"); bytes.Contains([]byte(back.body()), []byte("m=audio 0")) {
			t.Errorf("the sound is not back:\n%s", back.body())
		}
		p.on(ok, "ACK", 4, "", "")
		in.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		p.end(r)
	})
}
