package ua

import (
	"bytes"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"star18/audio"
	"star18/audio/rtpstream/memnet"
)

func TestRejected(t *testing.T) {
	for _, tt := range []struct {
		status int
		cause  Cause
	}{{486, CauseBusy}, {603, CauseDeclined}, {480, CauseUnavailable}} {
		virtual(t, func(t *testing.T) {
			r := newRig(t, nil)
			out := r.place(true)
			in := r.ring()
			time.Sleep(ringTime)
			in.Reject(tt.status)
			<-out.Done()
			<-in.Done()
			r.close()
			if e := out.Ended(); e.Cause != tt.cause || e.Status != tt.status || e.By != Remote || e.Answered {
				t.Errorf("%d: ended %+v", tt.status, e)
			}
		})
	}
}

func TestCancelled(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		out := r.place(false)
		in := r.ring()
		time.Sleep(ringTime)
		out.Hangup()
		<-out.Done()
		<-in.Done()
		r.close()
		if e := out.Ended(); e.Cause != CauseCancelled || e.By != Local {
			t.Errorf("caller: %+v", e)
		}
		if e := in.Ended(); e.Cause != CauseCancelled || e.By != Remote {
			t.Errorf("callee: %+v", e)
		}
		if err := in.Answer(); !errors.Is(err, ErrNotRinging) {
			t.Errorf("answering a call that is gone: %v", err)
		}
	})
}

// A hang-up before any response must not send a CANCEL yet (RFC 3261 9.1), and
// must not wait for ever either.
func TestHangupBeforeAnyResponse(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.net.SetFilter(func(_, to netip.AddrPort, _ []byte) memnet.Verdict { return memnet.Verdict{Drop: to == calleeAddr} })
		cancels := 0
		r.net.Tap(func(p memnet.Packet) {
			if bytes.HasPrefix(p.Data, []byte("CANCEL")) {
				cancels++
			}
		})
		out := r.place(false)
		start := time.Now()
		out.Hangup()
		<-out.Done()
		if waited := time.Since(start); waited > cancelHold+time.Second {
			t.Errorf("ended after %v", waited)
		}
		r.close()
		if cancels != 0 {
			t.Errorf("%d CANCEL without a provisional response", cancels)
		}
	})
}

// The 200 and the CANCEL cross: the call that was answered after all gets an
// ACK and a BYE.
func TestCancelCrossesAnswer(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, _ *Config) {
			tamper(a, func(msg []byte) []byte {
				if bytes.HasPrefix(msg, []byte("CANCEL")) {
					return nil
				}
				return msg
			})
		})
		out := r.place(false)
		in := r.ring()
		time.Sleep(ringTime)
		out.Hangup()
		time.Sleep(time.Second)
		if err := in.Answer(); err != nil {
			t.Fatal(err)
		}
		<-out.Done()
		<-in.Done()
		r.close()
		if e := in.Ended(); e.By != Remote || e.Cause != CauseHangup {
			t.Errorf("callee: %+v", e)
		}
	})
}

func TestNobodyAnswers(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		start := time.Now()
		out := r.place(false)
		in := r.ring()
		<-out.Done()
		<-in.Done()
		if waited := time.Since(start); waited < inviteExpires || waited > inviteExpires+10*time.Second {
			t.Errorf("rang for %v", waited)
		}
		r.close()
		if e := out.Ended(); e.Cause != CauseNoAnswer && e.Cause != CauseUnavailable {
			t.Errorf("caller: %+v", e)
		}
	})
}

func TestUnreachable(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.net.SetFilter(func(_, to netip.AddrPort, _ []byte) memnet.Verdict { return memnet.Verdict{Drop: to == calleeAddr} })
		out := r.place(true)
		<-out.Done()
		r.close()
		if e := out.Ended(); e.Cause != CauseUnreachable {
			t.Errorf("%+v", e)
		}
		sameEvents(t, r.caller, "dialing not_secured ended")
	})
}

func TestSecondCallIsBusy(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, _ *Config) { a.Calls.Max = 2 })
		first, in := r.dial(false)
		second := r.place(false)
		<-second.Done()
		if e := second.Ended(); e.Cause != CauseBusy {
			t.Errorf("second call: %+v", e)
		}
		first.Hangup()
		<-in.Done()
		r.close()
	})
}

// An ACK that never arrives: the 200 is repeated after 0.5, 1, 2, 4, 4 ... s,
// and after 32 s the callee hangs up (RFC 3261 13.3.1.4).
func TestLostACK(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, _ *Config) {
			tamper(a, func(msg []byte) []byte {
				if bytes.HasPrefix(msg, []byte("ACK")) {
					return nil
				}
				return msg
			})
		})
		var at []time.Duration
		start := time.Now()
		r.net.Tap(func(p memnet.Packet) {
			if bytes.HasPrefix(p.Data, []byte("SIP/2.0 200")) && bytes.Contains(p.Data, []byte("INVITE\r\n")) {
				at = append(at, time.Since(start).Round(100*time.Millisecond))
			}
		})
		_, in := r.dial(false)
		<-in.Done()
		if took := time.Since(start).Round(100*time.Millisecond) - at[0]; took != 32*time.Second {
			t.Errorf("hung up after %v", took)
		}
		r.close()
		if e := in.Ended(); e.Cause != CauseNoACK {
			t.Errorf("%+v", e)
		}
		want := []time.Duration{0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500}
		if len(at) != len(want) {
			t.Fatalf("200 sent at %v", at)
		}
		for i := range want {
			if got := at[i] - at[0]; got != want[i]*time.Millisecond {
				t.Errorf("200 number %d after %v, want %v ms", i, got, int64(want[i]))
			}
		}
	})
}

// A tenth, then a third of all SIP messages lost: retransmissions carry the
// call and its second stage through.
func TestLossySIP(t *testing.T) {
	for _, share := range []float64{0.1, 0.3} {
		for seed := range uint64(8) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, nil)
				lose := memnet.Lose(seed, share)
				r.net.SetFilter(func(from, to netip.AddrPort, data []byte) memnet.Verdict {
					if to.Port() != 5060 {
						return memnet.Verdict{}
					}
					return lose(from, to, data)
				})
				out, in := r.dial(true)
				time.Sleep(40 * time.Second)
				if count[Secured](r.caller) != 1 || count[Secured](r.callee) != 1 {
					t.Errorf("%.0f %% lost, seed %d: caller %v, callee %v", share*100, seed, r.caller.names(), r.callee.names())
				}
				r.net.SetFilter(nil)
				out.Hangup()
				<-in.Done()
				r.close()
			})
		}
	}
}

// The sound card fails, or takes its time: it is said, and the call lives.
func TestDeviceFault(t *testing.T) {
	broken := errors.New("no such card")
	for _, tt := range []struct {
		name string
		open func(rate int) (audio.Device, error)
	}{
		{"missing", func(int) (audio.Device, error) { return nil, broken }},
		{"hangs", func(rate int) (audio.Device, error) {
			time.Sleep(time.Minute)
			return audio.NewSilence(rate), nil
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, func(a, b *Config) { a.OpenDevice, b.OpenDevice = tt.open, tt.open })
				out, in := r.dial(true)
				time.Sleep(3 * time.Second)
				for _, e := range []*end{r.caller, r.callee} {
					if count[DeviceFault](e) != 1 || count[Secured](e) != 1 {
						t.Errorf("%s: %v", e.user, e.names())
					}
				}
				out.Hangup()
				<-in.Done()
				time.Sleep(time.Minute)
				r.close()
			})
		})
	}
}

func TestBadTargets(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		for _, target := range []Target{
			{Number: ""}, {Number: "1 2"}, {Number: "1\r\nX: y"}, {Number: "1@2"}, {Number: "1>"}, {Number: `"`},
			{Number: "1", Host: "a b"}, {Number: "1", Host: "a\r\nb"}, {Number: "1", Host: "a>"}, {Number: "1;x"},
		} {
			if c, err := r.caller.Dial(t.Context(), target); !errors.Is(err, ErrBadTarget) {
				t.Errorf("%+v: %v %v", target, c, err)
			}
		}
		r.close()
	})
}

// Requests of strangers: a guessed dialog gets 481 and changes nothing.
func TestStrangers(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		out, in := r.dial(true)
		time.Sleep(time.Second)
		stranger, err := r.net.Listen(netip.MustParseAddrPort("192.0.2.66:5060"))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{
			"BYE sip:14085551234@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.66;branch=z9hG4bKx1\r\nFrom: <sip:x@y>;tag=wrong\r\nTo: <sip:14085551234@example.test>;tag=" + in.key.localTag + "\r\nCall-ID: " + in.key.callID + "\r\nCSeq: 99 BYE\r\nContent-Length: 0\r\n\r\n",
			"BYE sip:14085551234@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.66;branch=z9hG4bKx2\r\nFrom: <sip:x@y>;tag=wrong\r\nTo: <sip:14085551234@example.test>;tag=guess\r\nCall-ID: guess\r\nCSeq: 99 BYE\r\nContent-Length: 0\r\n\r\n",
		} {
			stranger.WriteToUDPAddrPort([]byte(text), calleeAddr)
			buf := make([]byte, 2000)
			n, _, err := stranger.ReadFromUDPAddrPort(buf)
			if err != nil || !bytes.HasPrefix(buf[:n], []byte("SIP/2.0 481")) {
				t.Errorf("answered %q %v", bytes.SplitN(buf[:n], []byte("\r\n"), 2)[0], err)
			}
		}
		if count[Ended](r.callee) != 0 {
			t.Error("a stranger ended the call")
		}
		out.Hangup()
		<-in.Done()
		stranger.Close()
		r.close()
	})
}

// An incoming INVITE that cannot be taken gets the answer of the RFC.
func TestScreened(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		stranger, err := r.net.Listen(netip.MustParseAddrPort("192.0.2.66:5060"))
		if err != nil {
			t.Fatal(err)
		}
		const sdpHead = "v=0\r\no=- 1 1 IN IP4 192.0.2.66\r\ns=-\r\nc=IN IP4 192.0.2.66\r\nt=0 0\r\n"
		const groupHead = "v=0\r\no=- 1 1 IN IP4 192.0.2.66\r\ns=-\r\nc=IN IP4 239.1.2.3\r\nt=0 0\r\n"
		for i, tt := range []struct{ header, body, want string }{
			{"Require: teleport\r\n", "", "420"},
			{"Content-Type: text/plain\r\n", "hello", "415"},
			{"Content-Type: application/sdp\r\n", "nonsense", "488"},
			{"Content-Type: application/sdp\r\n", sdpHead + "m=audio 4000 RTP/AVP 18\r\n", "488"},
			{"Content-Type: application/sdp\r\n", groupHead + "m=audio 4000 RTP/AVP 0\r\n", "488"},
			{"Content-Type: application/sdp\r\n", sdpHead + "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 255.255.255.255\r\n", "488"},
			{"Contact: *\r\n", "", "400"},
			{"Content-Type: application/sdp\r\n", sdpHead + "m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n", "488"},
		} {
			branch, contact := string(rune('a'+i)), "Contact: <sip:x@192.0.2.66>\r\n"
			if strings.HasPrefix(tt.header, "Contact") {
				contact = ""
			}
			text := "INVITE sip:14085551234@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.66;branch=z9hG4bK" + branch + "\r\nFrom: <sip:x@y>;tag=s\r\nTo: <sip:14085551234@example.test>\r\nCall-ID: " + branch +
				"\r\nCSeq: 1 INVITE\r\n" + tt.header + contact + "Content-Length: 0\r\n\r\n"
			stranger.WriteToUDPAddrPort(withBody([]byte(text), []byte(tt.body)), calleeAddr)
			buf := make([]byte, 4000)
			n, _, err := stranger.ReadFromUDPAddrPort(buf)
			if err != nil || !bytes.HasPrefix(buf[:n], []byte("SIP/2.0 "+tt.want)) {
				t.Errorf("%q %q: answered %q %v", tt.header, tt.body, bytes.SplitN(buf[:n], []byte("\r\n"), 2)[0], err)
			}
		}
		if count[Incoming](r.callee) != 0 {
			t.Error("it rang")
		}
		stranger.Close()
		time.Sleep(time.Minute)
		r.close()
	})
}

// An answer that came with the 183 need not come again with the 200, also when
// the sound device is still opening; a second 183 is no news.
func TestEarlyAnswerCounts(t *testing.T) {
	virtual(t, func(t *testing.T) {
		const early = "v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0\r\n"
		r := newRig(t, func(a, b *Config) {
			a.OpenDevice = func(rate int) (audio.Device, error) {
				time.Sleep(900 * time.Millisecond)
				return audio.NewSilence(rate), nil
			}
			tamper(b, func(msg []byte) []byte {
				switch {
				case bytes.HasPrefix(msg, []byte("SIP/2.0 180")):
					msg = bytes.Replace(msg, []byte("180 Ringing"), []byte("183 Session Progress\r\nContent-Type: application/sdp"), 1)
					return withBody(msg, []byte(early))
				case bytes.HasPrefix(msg, []byte("SIP/2.0 200")) && bytes.Contains(msg, []byte("INVITE\r\n")):
					return withBody(msg, nil)
				}
				return msg
			})
		})
		out, in := r.dial(false)
		time.Sleep(3 * time.Second)
		sameEvents(t, r.caller, "dialing early_media answered")
		out.Hangup()
		<-in.Done()
		r.close()
	})
}
