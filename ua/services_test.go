package ua

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"star18/audio/rtpstream/memnet"
	"star18/ua/arrival"
)

// sent is what one address sends that begins with this.
func (r *rig) sent(from netip.AddrPort, prefix string) func() []string {
	var mu sync.Mutex
	var out []string
	r.net.Tap(func(p memnet.Packet) {
		if p.From == from && bytes.HasPrefix(p.Data, []byte(prefix)) {
			mu.Lock()
			out = append(out, string(p.Data))
			mu.Unlock()
		}
	})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(out)
	}
}

// header is the value of a message's header, or "".
func header(msg, name string) string {
	for line := range strings.SplitSeq(msg, "\r\n") {
		if value, ok := strings.CutPrefix(line, name+": "); ok {
			return value
		}
	}
	return ""
}

// A call that hides who calls is anonymous to the callee (RFC 3323 4.1.1.3), and
// only what the proxy reads and strips (RFC 3325 9) holds the number. The proxy
// can still ask for the password.
func TestHideID(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, l := newLabRig(t, nil, nil)
		r.await()
		invites, onward := r.sent(callerAddr, "INVITE "), r.sent(labAddr, "INVITE ")
		out, err := r.caller.Dial(t.Context(), Target{Dialed: "*81" + calleeUser, Number: calleeUser, HideID: true})
		if err != nil {
			t.Fatal(err)
		}
		in := r.ring()
		if err := in.Answer(); err != nil {
			t.Fatal(err)
		}
		<-out.Answered()
		if got := must[Incoming](r.callee); got.FromName != "Anonymous" || got.FromNumber != "" || !got.Anonymous {
			t.Errorf("the callee was told %+v", got)
		}
		if got := must[Answered](r.callee); got.Remote != "Anonymous" {
			t.Errorf("answered to %q", got.Remote)
		}
		if !must[Dialing](r.caller).Hidden {
			t.Error("the caller was not told that the call hides")
		}
		for _, msg := range invites() {
			for line := range strings.SplitSeq(msg, "\r\n") {
				name, _, _ := strings.Cut(line, ":")
				if strings.Contains(line, callerUser) && !slices.Contains([]string{"P-Preferred-Identity", "Remote-Party-ID", "Proxy-Authorization", "Route"}, name) {
					t.Errorf("who calls is in %s", line)
				}
			}
			if header(msg, "Privacy") != "id" {
				t.Error("the INVITE asks for no privacy")
			}
		}
		for _, msg := range onward() {
			if strings.Contains(msg, callerUser) {
				t.Errorf("the callee can read who calls:\n%s", msg)
			}
		}
		if len(invites()) < 2 {
			t.Error("the proxy did not ask for the password")
		}
		in.Hangup()
		<-out.Done()
		r.close()
		l.Close()
	})
}

// The mini-certificate of a secure call names its caller, whatever From says.
// The user learns that before it rings.
func TestHideIDSecureCall(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		out, err := r.caller.Dial(t.Context(), Target{Dialed: "*81*18" + calleeUser, Number: calleeUser, Secure: true, HideID: true})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(ringTime)
		if !must[Dialing](r.caller).NamedBySecurity {
			t.Error("it rings, and nobody warned that the certificate names us")
		}
		in := r.ring()
		if err := in.Answer(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if got := must[Secured](r.callee); got.Number != callerUser {
			t.Errorf("secured with %q", got.Number)
		}
		if got := must[Incoming](r.callee); !got.Anonymous {
			t.Errorf("the callee was told %+v", got)
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// A line with rules turns calls away as the SPA does, tells its user, and never
// rings.
func TestTurnAway(t *testing.T) {
	for _, tt := range []struct {
		name  string
		rules arrival.Rules
		hide  bool
		want  TurnedAway
		in302 map[string]string
	}{
		{"do not disturb", arrival.Rules{DND: true}, false, TurnedAway{Why: "do-not-disturb", Status: 486}, nil},
		{"anonymous", arrival.Rules{RejectAnonymous: true}, true, TurnedAway{Why: "anonymous", Status: 433}, nil},
		{"forward all", arrival.Rules{ForwardAll: "14085557777"}, false, TurnedAway{Why: "unconditional", To: "14085557777", Status: 302},
			map[string]string{"Contact": "<sip:14085557777@example.test>", "Diversion": "<sip:14085551234@example.test>;reason=unconditional;counter=1"}},
		{"forward busy to a host", arrival.Rules{DND: true, ForwardBusy: "joe@192.0.2.9:5070"}, false, TurnedAway{Why: "do-not-disturb", To: "joe@192.0.2.9:5070", Status: 302},
			map[string]string{"Contact": "<sip:joe@192.0.2.9:5070>", "Diversion": "<sip:14085551234@example.test>;reason=do-not-disturb;counter=1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, nil)
				if err := r.callee.SetRules(tt.rules); err != nil {
					t.Fatal(err)
				}
				answers := r.sent(calleeAddr, "SIP/2.0 302")
				out, err := r.caller.Dial(t.Context(), Target{Dialed: calleeUser, Number: calleeUser, HideID: tt.hide})
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Second)
				if !tt.hide {
					tt.want.FromName, tt.want.FromNumber = "User 0001", callerUser
				} else {
					tt.want.FromName = "Anonymous"
				}
				if got := must[TurnedAway](r.callee); got != tt.want {
					t.Errorf("told %+v, want %+v", got, tt.want)
				}
				if count[Incoming](r.callee) != 0 {
					t.Error("it rings")
				}
				for name, want := range tt.in302 {
					if got := answers(); len(got) == 0 || header(got[0], name) != want {
						t.Errorf("%s in %q, want %s", name, got, want)
					}
				}
				out.Hangup()
				<-out.Done()
				r.close()
			})
		})
	}
}

// Cfwd_No_Ans_Delay: a call that nobody answers goes elsewhere.
func TestForwardNoAnswer(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		if err := r.callee.SetRules(arrival.Rules{ForwardNoAnswer: "14085557777", NoAnswerAfter: 20 * time.Second}); err != nil {
			t.Fatal(err)
		}
		answers := r.sent(calleeAddr, "SIP/2.0 302")
		out := r.place(false)
		in := r.ring()
		start := time.Now()
		<-in.Done()
		if d := time.Since(start); d < 19*time.Second || d > 21*time.Second {
			t.Errorf("forwarded after %v", d)
		}
		if e := in.Ended(); e.Cause != CauseForwarded || e.Status != 302 {
			t.Errorf("ended %+v", e)
		}
		if got := answers(); len(got) == 0 || !strings.Contains(header(got[0], "Diversion"), "reason=no-answer") {
			t.Errorf("answers %q", got)
		}
		out.Hangup()
		<-out.Done()
		r.close()
	})
}

// A rule that cannot be carried out is refused, and the old ones stay.
func TestSetRulesRefuses(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		if err := r.callee.SetRules(arrival.Rules{DND: true}); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"a b", "x@bad host", "1\r\nContact: <sip:evil>"} {
			if r.callee.SetRules(arrival.Rules{ForwardAll: bad}) == nil {
				t.Errorf("forwarding to %q is taken", bad)
			}
		}
		if !r.callee.Rules().DND {
			t.Error("the rules have changed")
		}
		r.close()
	})
}

// A call answers itself only if that is configured, and by request only from the
// line's own proxy: it opens the microphone (RFC 5373 section 5).
func TestAutoAnswer(t *testing.T) {
	const ask = "Alert-Info: <http://example.test>;info=alert-autoanswer"
	for _, tt := range []struct {
		name  string
		mode  arrival.AutoAnswer
		asks  bool
		proxy string
		want  bool
	}{
		{"off", arrival.AnswerOff, true, callerAddr.String(), false},
		{"asked", arrival.AnswerAsked, true, callerAddr.String(), true},
		{"not asked", arrival.AnswerAsked, false, callerAddr.String(), false},
		{"asked by a stranger", arrival.AnswerAsked, true, "192.0.2.99:5060", false},
		{"always", arrival.AnswerAlways, false, "192.0.2.99:5060", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, func(a, b *Config) {
					b.Calls.Rules.AutoAnswer, b.Proxy = tt.mode, tt.proxy
					if tt.asks {
						tamper(a, func(msg []byte) []byte {
							return bytes.Replace(msg, []byte("\r\nExpires:"), []byte("\r\n"+ask+"\r\nExpires:"), 1)
						})
					}
				})
				out := r.place(false)
				in := r.ring()
				time.Sleep(time.Second)
				select {
				case <-out.Answered():
					if !tt.want {
						t.Error("the call answered itself")
					}
					must[AutoAnswered](r.callee)
				default:
					if tt.want {
						t.Error("the call waits for somebody")
					}
				}
				out.Hangup()
				<-in.Done()
				r.close()
			})
		})
	}
}

// P-Asserted-Identity is what our proxy says, and nothing when a stranger says it
// (RFC 3325 section 5).
func TestAssertedIdentity(t *testing.T) {
	for proxy, want := range map[string]Incoming{
		callerAddr.String(): {FromName: "Network", FromNumber: "19995550000", Asserted: true},
		"192.0.2.99:5060":   {FromName: "User 0001", FromNumber: callerUser},
	} {
		virtual(t, func(t *testing.T) {
			r := newRig(t, func(a, b *Config) {
				b.Proxy = proxy
				tamper(a, func(msg []byte) []byte {
					return bytes.Replace(msg, []byte("\r\nExpires:"), []byte("\r\nP-Asserted-Identity: \"Network\" <sip:19995550000@example.test>\r\nExpires:"), 1)
				})
			})
			out := r.place(false)
			in := r.ring()
			time.Sleep(ringTime)
			if got := must[Incoming](r.callee); got != want {
				t.Errorf("told %+v, want %+v", got, want)
			}
			out.Hangup()
			<-in.Done()
			r.close()
		})
	}
}

// Whoever hides his number in general is not shown to whom a transfer makes him
// call.
func TestTransferHidesID(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, allowRefer)
		a, b, c := tr.caller, tr.callee, tr.third
		b.SetHideID(true)
		ab, ba := a.call(b, false)
		if err := ab.Transfer(Target{Number: thirdUser}); err != nil {
			t.Fatal(err)
		}
		cb := c.ring()
		time.Sleep(ringTime)
		if got := must[Incoming](c); !got.Anonymous {
			t.Errorf("the third party was told %+v", got)
		}
		if err := cb.Answer(); err != nil {
			t.Fatal(err)
		}
		<-ba.Done()
		tr.close()
	})
}
