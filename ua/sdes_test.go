package ua

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"star18/audio/rtpstream/memnet"
)

// by gives both ends this method.
func by(m SecureMethod) func(a, b *Config) {
	return func(a, b *Config) { a.Secure.Method, b.Secure.Method = m, m }
}

// both does one thing after the other to the configurations.
func both(changes ...func(a, b *Config)) func(a, b *Config) {
	return func(a, b *Config) {
		for _, change := range changes {
			change(a, b)
		}
	}
}

var firstCrypto = regexp.MustCompile(`a=crypto:1 .*\r\n`)

// onlyShortTag takes the first suite out of the caller's offer.
func onlyShortTag(a, _ *Config) {
	tamper(a, inSDP(func(body []byte) []byte { return firstCrypto.ReplaceAll(body, nil) }))
}

// inSDP changes the description that a message carries.
func inSDP(change func([]byte) []byte) func([]byte) []byte {
	return func(msg []byte) []byte {
		if !bytes.Contains(msg, []byte("Content-Type: application/sdp")) {
			return msg
		}
		return withBody(msg, change(bodyOf(msg)))
	}
}

// The whole of a call with keys in SDP, as both ends tell it and as the wire
// shows it: SRTP from the first packet, with the tag of the suite (RFC 4568
// 6.2), and the words "hop by hop" mean that there is no name.
func TestSDESCall(t *testing.T) {
	for _, tt := range []struct {
		name      string
		change    func(a, b *Config)
		transform string
		tag       int
	}{
		{"80 bits", by(MethodSDES), "hmac-sha1-80", 10},
		{"32 bits", both(by(MethodSDES), onlyShortTag), "hmac-sha1-32", 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, both(tt.change, func(a, b *Config) { a.Secure.Identity, b.Secure.Identity = nil, nil }))
				sent := r.watchRTP()
				out, in := r.dial(true)
				time.Sleep(4 * time.Second)
				checkAlive(t, r)
				out.Hangup()
				<-out.Done()
				<-in.Done()
				r.close()

				sameEvents(t, r.caller, "dialing ringing answered securing secured tone ended")
				sameEvents(t, r.callee, "incoming answered securing secured tone ended")
				for _, e := range []*end{r.caller, r.callee} {
					want := Secured{Method: MethodSDES, KeysInClear: true, Transform: tt.transform}
					got := must[Secured](e)
					if got.MS > 100 {
						t.Errorf("%s: secured after %d ms", e.user, got.MS)
					}
					if got.MS = 0; got != want {
						t.Errorf("%s told %+v, want %+v", e.user, got, want)
					}
					if !must[Answered](e).Protected {
						t.Errorf("%s was told that the call began in clear", e.user)
					}
					checkProtected(t, e.user, sent(e.addr.Addr()), tt.tag)
				}
				if a, b := out.Ended(), in.Ended(); a.Secure != SecureDone || b.Secure != SecureDone || a.Rx.Rejected+b.Rx.Rejected != 0 || a.Tx.Protected != a.Tx.Packets {
					t.Errorf("ended %+v and %+v", a, b)
				}
			})
		})
	}
}

// checkProtected: every packet has a tag, one SSRC, and no number is missing.
func checkProtected(t *testing.T, who string, packets []rtpPacket, tag int) {
	t.Helper()
	if len(packets) < 100 {
		t.Fatalf("%s sent %d packets", who, len(packets))
	}
	for i, p := range packets {
		if len(p.data) != 12+160+tag {
			t.Fatalf("%s: packet %d has %d octets, so it is clear or has another tag", who, i, len(p.data))
		}
		if p.ssrc() != packets[0].ssrc() {
			t.Fatalf("%s changed its SSRC", who)
		}
		first := uint16(packets[0].data[2])<<8 | uint16(packets[0].data[3])
		if seq := uint16(p.data[2])<<8 | uint16(p.data[3]); seq != first+uint16(i) {
			t.Fatalf("%s: sequence number %d after %d packets from %d", who, seq, i, first)
		}
	}
}

// Which method secures a call, for what both lines speak; "" is none.
func TestMethods(t *testing.T) {
	noIdentity := func(a, _ *Config) { a.Secure.Identity = nil }
	for _, tt := range []struct {
		caller, callee SecureMethod
		change         func(a, b *Config)
		by             SecureMethod
	}{
		{MethodXSipura, MethodXSipura, nil, MethodXSipura},
		{MethodXSipura, MethodAuto, nil, MethodXSipura},
		{MethodXSipura, MethodSDES, nil, ""},
		{MethodSDES, MethodXSipura, nil, ""},
		{MethodSDES, MethodAuto, nil, MethodSDES},
		{MethodAuto, MethodXSipura, nil, MethodXSipura},
		{MethodAuto, MethodAuto, nil, MethodXSipura},
		{MethodAuto, MethodSDES, nil, ""},
		{MethodAuto, MethodAuto, noIdentity, MethodSDES},
		{MethodAuto, MethodSDES, noIdentity, MethodSDES},
		{MethodAuto, MethodXSipura, noIdentity, ""},
		{MethodXSipura, MethodAuto, noIdentity, ""},
	} {
		t.Run(fmt.Sprintf("%s to %s, %s", tt.caller, tt.callee, tt.by), func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, func(a, b *Config) {
					a.Secure.Method, b.Secure.Method = tt.caller, tt.callee
					if tt.change != nil {
						tt.change(a, b)
					}
				})
				out, in := r.dial(true)
				time.Sleep(4 * time.Second)
				for _, e := range []*end{r.caller, r.callee} {
					if ev, _ := told[Secured](e); ev.Method != tt.by {
						t.Errorf("%s: secured by %q", e.user, ev.Method)
					}
				}
				if n := count[NotSecured](r.caller); (tt.by == "") != (n == 1) {
					t.Errorf("caller %v", r.caller.names())
				}
				checkAlive(t, r)
				out.Hangup()
				<-in.Done()
				r.close()
			})
		})
	}
}

// A call that nobody wants secured is an ordinary one, whatever the method.
func TestSDESNotWanted(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, by(MethodSDES))
		out, in := r.dial(false)
		time.Sleep(2 * time.Second)
		checkAlive(t, r)
		out.Hangup()
		<-in.Done()
		r.close()
		sameEvents(t, r.caller, "dialing ringing answered ended")
		sameEvents(t, r.callee, "incoming answered ended")
	})
}

var inline = regexp.MustCompile(`inline:([A-Za-z0-9+/]{40})`)

// watchKeys collects the different keys that pass in SDP.
func (r *rig) watchKeys() func() []string {
	var mu sync.Mutex
	seen, list := map[string]bool{}, []string(nil)
	r.net.Tap(func(p memnet.Packet) {
		mu.Lock()
		defer mu.Unlock()
		for _, m := range inline.FindAllSubmatch(p.Data, -1) {
			if key := string(m[1]); !seen[key] {
				seen[key], list = true, append(list, key)
			}
		}
	})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return list
	}
}

// locked is a buffer for a log of several goroutines.
type locked struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(b)
}

// A key is on the wire, and in no log, event or error, however the call goes.
func TestSDESKeysStayInside(t *testing.T) {
	var log locked
	var keys func() []string
	logged := func(a, b *Config) {
		h := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		a.Log, b.Log = h, h
	}
	var text strings.Builder
	for _, change := range []func(a, b *Config){
		by(MethodSDES),
		both(by(MethodSDES), onlyShortTag),
		func(a, _ *Config) { a.Secure.Method = MethodSDES },
		both(by(MethodSDES), answering(func(b []byte) []byte { return bytes.Replace(b, []byte("inline:"), []byte("outline:"), 1) })),
		both(by(MethodSDES), answering(func(b []byte) []byte { return append(b, "m=audio\r\n"...) })),
	} {
		virtual(t, func(t *testing.T) {
			r := newRig(t, both(change, logged))
			keys = r.watchKeys()
			out := r.place(true)
			in := r.ring()
			time.Sleep(ringTime)
			if err := in.Answer(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(3 * time.Second)
			fmt.Fprintln(&text, out.Hold(), out.Resume())
			out.Hangup()
			<-in.Done()
			r.close()
			for _, e := range []*end{r.caller, r.callee} {
				for _, ev := range e.events {
					line, _ := json.Marshal(ev)
					fmt.Fprintf(&text, "%s %+v %#v\n", line, ev, ev)
				}
			}
			fmt.Fprintf(&text, "%+v %#v %v\n", *out.media.keyingOrNone(), out.media.offered, *out.media.offered)
			all := log.String() + text.String()
			if len(keys()) == 0 || len(log.String()) == 0 {
				t.Fatalf("nothing to look for or in: %d keys", len(keys()))
			}
			for _, key := range keys() {
				raw := good(base64.StdEncoding.DecodeString(key))
				for _, spelling := range []string{key[:12], fmt.Sprintf("%x", raw[:8]), strings.Trim(fmt.Sprint(raw[:8]), "[]")} {
					if strings.Contains(all, spelling) {
						t.Fatalf("a key was told:\n%s", all)
					}
				}
			}
		})
	}
}

func (m *media) keyingOrNone() *keying {
	if m.keying == nil {
		return &keying{}
	}
	return m.keying
}

// answering changes the description in the callee's 200 to the INVITE.
func answering(change func([]byte) []byte) func(a, b *Config) {
	return func(_, b *Config) {
		tamper(b, func(msg []byte) []byte {
			if !bytes.HasPrefix(msg, []byte("SIP/2.0 200")) {
				return msg
			}
			return inSDP(change)(msg)
		})
	}
}
