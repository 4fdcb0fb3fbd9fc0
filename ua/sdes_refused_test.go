package ua

import (
	"bytes"
	"errors"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"star18/audio/measure"
	"star18/audio/rtpstream/memnet"
	"star18/securecall"
)

// A peer that refuses keys in SDP gets the call again in clear, once, and the
// user is told before it rings (specification sections 1 and 7).
func TestSDESRefused(t *testing.T) {
	for _, status := range []string{"488", "606"} {
		t.Run(status, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, func(a, b *Config) {
					a.Secure.Method = MethodSDES
					tamper(b, func(msg []byte) []byte {
						return bytes.Replace(msg, []byte("SIP/2.0 488"), []byte("SIP/2.0 "+status), 1)
					})
				})
				sent := r.watchRTP()
				out, in := r.dial(true)
				time.Sleep(30 * time.Second)
				checkAlive(t, r)
				out.Hangup()
				<-in.Done()
				r.close()
				sameEvents(t, r.caller, "dialing not_secured ringing answered ended")
				if got := must[NotSecured](r.caller); got.Reason != securecall.PeerRefused || got.Status != int(status[0]-'0')*100+int(status[1]-'0')*10+int(status[2]-'0') {
					t.Errorf("caller was told %+v", got)
				}
				if must[Answered](r.caller).Protected {
					t.Error("the caller was told that the call is protected")
				}
				// The line itself tells of the call that it could not take.
				sameEvents(t, r.callee, "not_secured incoming answered ended")
				if got := must[NotSecured](r.callee); got.Reason != securecall.SDESPeer || got.Status != 488 || !got.Over || !strings.Contains(got.Detail, callerUser) {
					t.Errorf("callee was told %+v", got)
				}
				for _, p := range sent(r.caller.addr.Addr()) {
					if len(p.data) != 172 {
						t.Fatalf("a packet of %d octets in a clear call", len(p.data))
					}
				}
			})
		})
	}
}

// Refused for another reason, it is not placed again.
func TestSDESRefusedOtherwise(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, by(MethodSDES))
		invites := r.invites()
		out := r.place(true)
		in := r.ring()
		time.Sleep(ringTime)
		in.Reject(486)
		<-out.Done()
		r.close()
		if e := out.Ended(); e.Cause != CauseBusy || invites() != 1 {
			t.Errorf("%+v after %d INVITEs", e, invites())
		}
		sameEvents(t, r.callee, "incoming ended")
	})
}

// invites counts different INVITEs, by their branch.
func (r *rig) invites() func() int {
	var n atomic.Int64
	seen := map[string]bool{}
	r.net.Tap(func(p memnet.Packet) {
		if !bytes.HasPrefix(p.Data, []byte("INVITE")) {
			return
		}
		_, rest, _ := bytes.Cut(p.Data, []byte("branch="))
		if branch := string(rest[:20]); !seen[branch] {
			seen[branch] = true
			n.Add(1)
		}
	})
	return func() int { return int(n.Load()) }
}

// With secure.require nothing is placed in clear, and nothing is sent in clear.
func TestSDESRequired(t *testing.T) {
	require := func(a, _ *Config) { a.Secure.Method, a.Secure.Require, a.Secure.Identity = MethodSDES, true, nil }
	for _, tt := range []struct {
		name   string
		change func(a, b *Config)
		events string
		status int
	}{
		{"refused", require, "dialing not_secured ended", 488},
		{"answered in clear", both(by(MethodSDES), require, func(a, _ *Config) { tamper(a, inSDP(withoutKeys)) }), "dialing ringing not_secured ended", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, tt.change)
				sent := r.watchRTP()
				invites := r.invites()
				out := r.place(true)
				go func() {
					select {
					case in := <-r.callee.Incoming():
						time.Sleep(ringTime)
						in.Answer()
					case <-out.Done():
					}
				}()
				<-out.Done()
				time.Sleep(time.Second)
				r.close()
				sameEvents(t, r.caller, tt.events)
				if e := out.Ended(); e.Cause != CauseSecurityRequired || e.Status != tt.status || e.By != Local {
					t.Errorf("%+v", e)
				}
				if n := invites(); n != 1 {
					t.Errorf("%d INVITEs", n)
				}
				if n := len(sent(r.caller.addr.Addr())); n != 0 {
					t.Errorf("%d packets left in clear", n)
				}
			})
		})
	}
}

// A required security that keys in SDP can reach is dialled without an identity.
func TestSDESRequiredNeedsNoIdentity(t *testing.T) {
	for _, m := range []SecureMethod{MethodSDES, MethodAuto} {
		virtual(t, func(t *testing.T) {
			r := newRig(t, both(by(m), func(a, b *Config) { a.Secure.Require, a.Secure.Identity, b.Secure.Require = true, nil, true }))
			out, in := r.dial(true)
			time.Sleep(requireLimit + 5*time.Second)
			if count[Secured](r.caller) != 1 || count[Ended](r.caller) != 0 {
				t.Errorf("%s: %v", m, r.caller.names())
			}
			out.Hangup()
			<-in.Done()
			r.close()
		})
	}
}

// An answer in clear to offered keys: the call goes on, and it is said.
func TestSDESPlainAnswer(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, both(by(MethodSDES), func(a, _ *Config) { tamper(a, inSDP(withoutKeys)) }))
		out, in := r.dial(true)
		time.Sleep(10 * time.Second)
		checkAlive(t, r)
		out.Hangup()
		<-in.Done()
		r.close()
		sameEvents(t, r.caller, "dialing ringing answered not_secured ended")
		if got := must[NotSecured](r.caller); got.Reason != securecall.PeerRefused || got.Status != 200 {
			t.Errorf("%+v", got)
		}
	})
}

const strangeKey = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"

// An answer from which no keys come ends the call: its media could not be
// understood, and must not be clear.
func TestSDESBadAnswers(t *testing.T) {
	replace := func(old, now string) func([]byte) []byte {
		return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(now), 1) }
	}
	for _, tt := range []struct {
		name   string
		answer func([]byte) []byte
	}{
		{"no attribute", func(b []byte) []byte { return anyCrypto.ReplaceAll(b, nil) }},
		{"two", func(b []byte) []byte { return append(b, "a=crypto:2 AES_CM_128_HMAC_SHA1_32 "+strangeKey+"\r\n"...) }},
		{"unknown tag", replace("a=crypto:1", "a=crypto:7")},
		{"another suite than offered under the tag", replace("SHA1_80", "SHA1_32")},
		{"an MKI", func(b []byte) []byte { return inline.ReplaceAll(b, []byte(strangeKey+"|2^20|1:4")) }},
		{"clear speech agreed in the parameters", func(b []byte) []byte {
			return inline.ReplaceAll(b, []byte(strangeKey+" UNENCRYPTED_SRTP"))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, both(by(MethodSDES), answering(tt.answer)))
				sent := r.watchRTP()
				out := r.place(true)
				in := r.ring()
				time.Sleep(ringTime)
				in.Answer()
				<-out.Done()
				<-in.Done()
				r.close()
				checkReason(t, r.caller, securecall.BadKeyBlock)
				if !must[NotSecured](r.caller).Over {
					t.Error("it was not said that the call is over")
				}
				if e := out.Ended(); e.Cause != CauseNotAcceptable {
					t.Errorf("%+v", e)
				}
				if n := len(sent(r.caller.addr.Addr())); n != 0 {
					t.Errorf("%d packets were sent", n)
				}
			})
		})
	}
}

// Our own key in the answer would let our own packets authenticate.
func TestSDESMirroredKey(t *testing.T) {
	virtual(t, func(t *testing.T) {
		var r *rig
		var keys func() []string
		r = newRig(t, both(by(MethodSDES), answering(func(b []byte) []byte {
			return inline.ReplaceAll(b, []byte("inline:"+keys()[0]))
		})))
		keys = r.watchKeys()
		out := r.place(true)
		in := r.ring()
		time.Sleep(ringTime)
		in.Answer()
		<-out.Done()
		<-in.Done()
		r.close()
		checkReason(t, r.caller, securecall.BadKeyBlock)
	})
}

// A peer whose packets are not under the key that its answer named: nothing of
// them is played, and nothing is called secure.
func TestSDESWrongKey(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, both(by(MethodSDES), answering(func(b []byte) []byte { return inline.ReplaceAll(b, []byte(strangeKey)) })))
		sent := r.watchRTP()
		out, in := r.dial(true)
		time.Sleep(8 * time.Second)
		checkReason(t, r.caller, securecall.NoMedia)
		if count[Secured](r.caller) != 0 || count[Secured](r.callee) != 1 {
			t.Errorf("caller %v, callee %v", r.caller.names(), r.callee.names())
		}
		if level := loudest(r.caller.heard.last(8 * time.Second)); level > -60 {
			t.Errorf("something was played, at %.1f dBm0", level)
		}
		out.Hangup()
		<-in.Done()
		r.close()
		checkProtected(t, "caller", sent(r.caller.addr.Addr()), 10)
		if e := out.Ended(); e.Secure != SecureNever || e.Rx.Rejected < 300 {
			t.Errorf("%+v", e)
		}
	})
}

// Clear packets in place of the peer's are not played either, not even before
// the first protected one.
func TestSDESPlaysNothingClear(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, by(MethodSDES))
		r.loseRTP(r.callee).Store(true)
		sent := r.watchRTP()
		out, in := r.dial(true)
		time.Sleep(100 * time.Millisecond)
		from, to := sent(r.callee.addr.Addr())[0], sent(r.caller.addr.Addr())[0].from
		clear := from.data[:172]
		for i := range 400 {
			clear[2], clear[3] = byte(i>>8), byte(i)
			r.net.Inject(from.from, to, clear)
			time.Sleep(20 * time.Millisecond)
		}
		checkReason(t, r.caller, securecall.NoMedia)
		if level := loudest(r.caller.heard.last(8 * time.Second)); level > -60 {
			t.Errorf("clear packets were played, at %.1f dBm0", level)
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// loudest is the level of the loudest 100 ms: a tone of another pitch, noise or
// a single click does not hide in an average.
func loudest(pcm []int16) float64 {
	level := -120.0
	for ; len(pcm) >= 800; pcm = pcm[800:] {
		level = max(level, measure.Level(pcm[:800]))
	}
	return level
}

// What a line says of an offer with keys that it does not take.
func TestSDESOffersRefused(t *testing.T) {
	const head, keys = "v=0\r\no=- 1 1 IN IP4 192.0.2.66\r\ns=-\r\nc=IN IP4 192.0.2.66\r\nt=0 0\r\nm=audio 4000 ", " 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 " + strangeKey
	for i, tt := range []struct {
		name    string
		change  func(*Config)
		body    string
		warning string
		told    securecall.Reason
	}{
		{"x-sipura only", nil, head + "RTP/SAVP" + keys, "sdes_peer: The other side", securecall.SDESPeer},
		{"service off", func(c *Config) { c.Secure.Method, c.Secure.Service = MethodSDES, false }, head + "RTP/SAVP" + keys, "service_off: ", securecall.ServiceOff},
		{"no attribute", func(c *Config) { c.Secure.Method = MethodSDES }, head + "RTP/SAVP 0", "no usable crypto attribute", ""},
		{"an MKI", func(c *Config) { c.Secure.Method = MethodAuto }, head + "RTP/SAVP" + keys + "|1:4", "master key identifiers", ""},
		{"DTLS", func(c *Config) { c.Secure.Method = MethodAuto }, head + "UDP/TLS/RTP/SAVP 0\r\na=fingerprint:sha-1 00", "UDP/TLS/RTP/SAVP not supported", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, func(_, b *Config) {
					if tt.change != nil {
						tt.change(b)
					}
				})
				stranger := good(r.net.Listen(netip.MustParseAddrPort("192.0.2.66:5060")))
				branch := string(rune('a' + i))
				text := "INVITE sip:14085551234@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.66;branch=z9hG4bK" + branch + "\r\nFrom: <sip:4711@y>;tag=s\r\nTo: <sip:14085551234@example.test>\r\nCall-ID: " + branch +
					"\r\nCSeq: 1 INVITE\r\nContact: <sip:x@192.0.2.66>\r\nContent-Type: application/sdp\r\nContent-Length: 0\r\n\r\n"
				stranger.WriteToUDPAddrPort(withBody([]byte(text), []byte(tt.body+"\r\n")), calleeAddr)
				buf := make([]byte, 4000)
				n, _, err := stranger.ReadFromUDPAddrPort(buf)
				if err != nil || !bytes.HasPrefix(buf[:n], []byte("SIP/2.0 488")) || !bytes.Contains(buf[:n], []byte(tt.warning)) || bytes.Contains(buf[:n], []byte("WVNf")) {
					t.Errorf("answered %q %v", buf[:n], err)
				}
				ev, ok := told[NotSecured](r.callee)
				if ok != (tt.told != "") || ev.Reason != tt.told {
					t.Errorf("told %+v", ev)
				}
				if ok && !strings.Contains(ev.Detail, "4711") {
					t.Errorf("the event does not say who called: %+v", ev)
				}
				stranger.Close()
				time.Sleep(time.Minute)
				r.close()
			})
		})
	}
}

// A peer that answers plain RTP with keys is named.
func TestSDESPeerAnswers(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, answering(func(b []byte) []byte {
			return append(bytes.Replace(b, []byte("RTP/AVP"), []byte("RTP/SAVP"), 1), "a=crypto:1 AES_CM_128_HMAC_SHA1_80 "+strangeKey+"\r\n"...)
		}))
		out := r.place(true)
		in := r.ring()
		time.Sleep(ringTime)
		in.Answer()
		<-out.Done()
		<-in.Done()
		r.close()
		checkReason(t, r.caller, securecall.SDESPeer)
		if e := out.Ended(); e.Cause != CauseNotAcceptable || strings.Contains(e.Detail, "WVNf") {
			t.Errorf("%+v", e)
		}
	})
}

func TestUnknownMethod(t *testing.T) {
	_, err := NewLine(Config{User: "1", Domain: "example.test", RTP: RTPConfig{PortMin: 1, PortMax: 2}, Codecs: []string{"PCMU"}, Secure: SecureConfig{Method: "zrtp"}})
	if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), `secure.method: "zrtp"`) {
		t.Error(err)
	}
}
