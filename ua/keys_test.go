package ua

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/audio/dtmf"
	"star18/audio/rtpstream"
)

// keysTold are the keys that an end told, and the methods they came by.
func (e *end) keysTold() (keys, methods string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, ev := range e.events {
		if key, ok := ev.(DTMF); ok {
			keys += key.Digit
			if m := key.Method.String(); !strings.Contains(methods, m) {
				methods += m
			}
		}
	}
	return keys, methods
}

// withoutEvents is a peer that does not know RFC 4733.
func withoutEvents(cfg *Config) {
	tamper(cfg, func(msg []byte) []byte {
		if body := bodyOf(msg); bytes.Contains(body, []byte("telephone-event")) {
			body = bytes.ReplaceAll(body, []byte("AVP 0 8 101"), []byte("AVP 0 8"))
			body = bytes.ReplaceAll(body, []byte("AVP 0 101"), []byte("AVP 0"))
			body = bytes.ReplaceAll(body, []byte("a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"), nil)
			return withBody(msg, body)
		}
		return msg
	})
}

// Every method in both directions, in clear and secured: each key is told once,
// by the method that the configuration and the peer's description ask for. In a
// secured call none of them leaves the media.
func TestSendDTMF(t *testing.T) {
	const typed = "1408*#ABCD0099"
	for _, tt := range []struct {
		name   string
		method KeyMethod
		events bool // the peer takes them
		secure bool
		want   KeyMethod
	}{
		{"auto", KeysAuto, true, false, KeysRFC4733},
		{"auto without events", KeysAuto, false, false, KeysInband},
		{"auto secured", KeysAuto, true, true, KeysRFC4733},
		{"in the sound, secured", KeysAuto, false, true, KeysInband},
		{"in the sound", KeysInband, true, false, KeysInband},
		{"info", KeysInfo, true, false, KeysInfo},
		{"info secured", KeysInfo, true, true, KeysRFC4733},
		{"info secured without events", KeysInfo, false, true, KeysInband},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, func(a, b *Config) {
					a.Keys, b.Keys = tt.method, tt.method
					if !tt.events {
						withoutEvents(a)
						withoutEvents(b)
					}
				})
				out, in := r.dial(tt.secure)
				time.Sleep(3 * time.Second)
				for _, c := range []*Call{out, in} {
					if err := c.SendDTMF(typed); err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(5 * time.Second)
				for _, e := range []*end{r.caller, r.callee} {
					if keys, method := e.keysTold(); keys != typed || method != tt.want.String() {
						t.Errorf("%s was told %q by %s, want %s", e.user, keys, method, tt.want)
					}
				}
				checkAlive(t, r)
				out.Hangup()
				<-in.Done()
				r.close()
			})
		})
	}
}

// What is no key, or cannot be sent, is refused whole.
func TestSendDTMFRefused(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, b *Config) { withoutEvents(b) })
		out, in := r.dial(false)
		time.Sleep(time.Second)
		for digits, want := range map[string]error{
			"12x":                    dtmf.ErrKey,
			"1\r\nContact: evil":     dtmf.ErrKey,
			"1!":                     ErrNoFlash,
			strings.Repeat("1", 65):  ErrManyKeys,
			strings.Repeat("é1", 65): dtmf.ErrKey,
		} {
			if err := out.SendDTMF(digits); !errors.Is(err, want) {
				t.Errorf("%q: %v, want %v", digits, err, want)
			}
		}
		r.caller.cfg.Keys = KeysRFC4733
		if err := out.SendDTMF("1"); !errors.Is(err, ErrNoKeyEvents) {
			t.Errorf("%v", err)
		}
		r.caller.cfg.Keys = KeysAuto
		if err := in.Hold(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
		if err := out.SendDTMF("1"); !errors.Is(err, rtpstream.ErrNotSending) {
			t.Errorf("on hold: %v", err)
		}
		out.Hangup()
		<-in.Done()
		if err := out.SendDTMF("1"); !errors.Is(err, ErrNotUp) {
			t.Errorf("after the end: %v", err)
		}
		if keys, _ := r.callee.keysTold(); keys != "" {
			t.Errorf("told %q", keys)
		}
		r.close()
	})
}

// The hook flash: event 16 where the peer takes it, else its INFO if INFO was
// chosen.
func TestSendFlash(t *testing.T) {
	for method, want := range map[KeyMethod]KeyMethod{KeysAuto: KeysRFC4733, KeysInfo: KeysInfo} {
		virtual(t, func(t *testing.T) {
			r := newRig(t, func(a, _ *Config) { a.Keys = method })
			out, in := r.dial(false)
			time.Sleep(time.Second)
			if err := out.SendDTMF("!"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			if keys, by := r.callee.keysTold(); keys != "!" || by != want.String() {
				t.Errorf("%s: %q by %s", method, keys, by)
			}
			out.Hangup()
			<-in.Done()
			r.close()
		})
	}
}

// A gateway that sends packets and lets the sound through is told once.
func TestKeyByTwoMethods(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(_, b *Config) { b.Keys = KeysInband })
		out, in := r.dial(false)
		time.Sleep(time.Second)
		for range 3 {
			done := make(chan error, 2)
			out.post(func() {
				p := []dtmf.Press{{Event: 5, Held: dtmf.DefaultHeld}}
				done <- out.media.stream.Press(p, true)
				done <- out.media.stream.Press(p, false)
			})
			if err := errors.Join(<-done, <-done); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		if keys, _ := r.callee.keysTold(); keys != "555" {
			t.Errorf("told %q", keys)
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// An INFO whose body names no key is a bad request and no key.
func TestKeyInfoRefused(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		out, in := r.dial(false)
		time.Sleep(time.Second)
		status := make(chan int, 1)
		for body, want := range map[string]int{"Signal=5\r\nDuration=100\r\n": 200, "Signal=\r\n": 400, "rm -rf": 400} {
			out.post(func() {
				out.exchange(func() *sip.Request {
					req := out.dlg.Request(sip.INFO)
					setBody(req, "application/dtmf-relay", []byte(body))
					return req
				}, func(res *sip.Response, err error) { status <- res.StatusCode })
			})
			if got := <-status; got != want {
				t.Errorf("%q: %d, want %d", body, got, want)
			}
		}
		if keys, by := r.callee.keysTold(); keys != "5" || by != "info" {
			t.Errorf("told %q by %s", keys, by)
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}
