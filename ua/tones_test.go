package ua

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"star18/audio"
	"star18/audio/measure"
	"star18/ua/arrival"
)

// allTones is the factory's table, with a different frequency for each ring.
func allTones() TonesConfig {
	c := TonesConfig{Scripts: map[string]*audio.ToneScript{}, Ending: 2 * time.Second}
	for _, name := range []string{toneRingback, toneRingback2, toneBusy, toneReorder, toneHolding, toneAutoAnswer, "sit1", "sit2", "sit4"} {
		c.Scripts[name] = factoryTone(name)
	}
	for i := range 9 {
		ring := good(audio.ParseToneScript(fmt.Sprintf("%d@-10;*(*/0/1)", 2000+100*i)))
		c.Scripts[fmt.Sprintf("ring%d", i+1)] = &ring
	}
	return c
}

func hearsHz(t *testing.T, e *end, d time.Duration, low, high float64) {
	t.Helper()
	if hz := measure.Dominant(e.heard.last(d), 8000); hz < low || hz > high {
		t.Errorf("%s hears %.0f Hz, want %.0f to %.0f", e.user, hz, low, high)
	}
}

// The caller hears ringback, the callee the ring that Alert-Info names; both end
// with the answer, and neither is ever sent.
func TestRinging(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, b *Config) {
			a.Tones, b.Tones = allTones(), allTones()
			tamper(a, func(msg []byte) []byte {
				return bytes.Replace(msg, []byte("\r\nExpires:"), []byte("\r\nAlert-Info: <http://127.0.0.1/Bellcore-dr3>\r\nExpires:"), 1)
			})
		})
		packets := r.watchRTP()
		out := r.place(false)
		in := r.ring()
		time.Sleep(1500 * time.Millisecond)
		hearsHz(t, r.caller, time.Second, 435, 485)
		hearsHz(t, r.callee, time.Second, 2195, 2205)
		if n := len(packets(callerAddr.Addr())) + len(packets(calleeAddr.Addr())); n > 0 {
			t.Errorf("%d packets while it rings", n)
		}
		if err := in.Answer(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		hearsHz(t, r.caller, time.Second, calleeTone-5, calleeTone+5)
		hearsHz(t, r.callee, time.Second, callerTone-5, callerTone+5)
		sameEvents(t, r.caller, "dialing ringing tone answered")
		sameEvents(t, r.callee, "incoming tone answered")
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// A refused caller hears why, for as long as configured, after his call has
// ended; whoever hangs up himself hears nothing.
func TestFailureIsHeard(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, b *Config) { a.Tones = allTones() })
		if err := r.callee.SetRules(arrival.Rules{DND: true}); err != nil {
			t.Fatal(err)
		}
		out := r.place(false)
		<-out.Done()
		start := time.Now()
		r.caller.AwaitSilence(t.Context())
		if d := time.Since(start); d < 1900*time.Millisecond || d > 2100*time.Millisecond {
			t.Errorf("the busy tone lasted %v", d)
		}
		if got := must[TonePlayed](r.caller); got.Name != toneBusy {
			t.Errorf("heard %s", got.Name)
		}
		hearsHz(t, r.caller, 1900*time.Millisecond, 475, 625)

		if err := r.callee.SetRules(arrival.Rules{}); err != nil {
			t.Fatal(err)
		}
		out = r.place(false)
		r.ring()
		time.Sleep(time.Second)
		out.Hangup()
		<-out.Done()
		start = time.Now()
		r.caller.AwaitSilence(t.Context())
		if d := time.Since(start); d > 2*chimeFrame {
			t.Errorf("ringback went on for %v after the caller hung up", d)
		}
		r.close()
	})
}

// Closing the line does not wait for a tone, and an endless one leaves nothing
// behind.
func TestCloseWhileItRings(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, b *Config) { a.Tones, b.Tones = allTones(), allTones() })
		r.place(false)
		r.ring()
		time.Sleep(time.Second)
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if err := r.callee.Close(ctx); err != nil {
			t.Error(err)
		}
		if d := time.Since(start); d > time.Second {
			t.Errorf("closing took %v", d)
		}
		r.close()
	})
}

// The far end's hold is heard as the holding tone until it resumes.
func TestHoldingTone(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, b *Config) { b.Tones = allTones() })
		out, in := r.dial(false)
		if err := out.Hold(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(600 * time.Millisecond)
		hearsHz(t, r.callee, 300*time.Millisecond, 590, 610)
		time.Sleep(5 * time.Second)
		if err := out.Resume(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		hearsHz(t, r.callee, 9*time.Second, callerTone-5, callerTone+5)
		var names []string
		for _, ev := range r.callee.events {
			if tone, ok := ev.(TonePlayed); ok {
				names = append(names, tone.Name)
			}
		}
		if fmt.Sprint(names) != "[ring1 holding]" {
			t.Errorf("tones %v", names)
		}
		in.Hangup()
		<-out.Done()
		r.close()
	})
}

// A microphone that opens by itself says so.
func TestAutoAnswerIsHeard(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, b *Config) {
			b.Tones = allTones()
			b.Calls.Rules.AutoAnswer = arrival.AnswerAlways
		})
		out := r.place(false)
		<-out.Answered()
		time.Sleep(time.Second)
		if got := fmt.Sprint(r.callee.names()); got != "[incoming tone auto_answered answered tone]" {
			t.Errorf("told %s", got)
		}
		out.Hangup()
		<-out.Done()
		r.close()
	})
}

// The templates are the SPA's: the first that fits counts; busy is busy and all
// else reorder.
func TestFailureTone(t *testing.T) {
	c := TonesConfig{Failures: []FailureTone{{"sit4", []string{"404", "48?"}}, {"sit1", []string{"5*", "600"}}, {"sit3", []string{"X6?"}}}}
	for status, want := range map[string]string{
		"486": "sit4", "600": "sit1", "404": "sit4", "484": "sit4", "410": "reorder", "503": "sit1", "480": "sit4", "603": "reorder", "0": "reorder", X60: "sit3",
	} {
		if got := c.failure(status); got != want {
			t.Errorf("%s: %s, want %s", status, got, want)
		}
	}
	for status, want := range map[string]string{"486": "busy", "600": "busy", "503": "reorder", X60: "reorder"} {
		if got := (TonesConfig{}).failure(status); got != want {
			t.Errorf("%s: %s, want %s", status, got, want)
		}
	}
}

// Some time after the far end has hung up, reorder says so; a call that rings by
// then has the loudspeaker.
func TestReorderDelay(t *testing.T) {
	for _, interrupted := range []bool{false, true} {
		virtual(t, func(t *testing.T) {
			r := newRig(t, func(a, b *Config) {
				a.Tones, b.Tones = allTones(), allTones()
				a.Tones.Reorder, b.Tones.Reorder = 5*time.Second, 0
			})
			out, in := r.dial(false)
			if interrupted {
				in.Hangup()
			} else {
				out.Hangup()
				<-in.Done()
				time.Sleep(time.Second)
				hearsHz(t, r.callee, 900*time.Millisecond, 475, 625) // at once
				time.Sleep(3 * time.Second)
				out, in = r.dial(false)
				in.Hangup()
			}
			<-out.Done()
			time.Sleep(4 * time.Second)
			if interrupted {
				back, err := r.callee.Dial(t.Context(), Target{Dialed: callerUser, Number: callerUser})
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(2500 * time.Millisecond)
				hearsHz(t, r.caller, time.Second, 1995, 2005)
				back.Hangup()
				<-back.Done()
			} else {
				time.Sleep(2 * time.Second)
				hearsHz(t, r.caller, 900*time.Millisecond, 475, 625)
				r.caller.AwaitSilence(t.Context())
			}
			r.close()
		})
	}
}

// On hold, and muted, nothing of the microphone leaves; both end.
func TestMute(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		out, in := r.dial(false)
		silent := func(what string, want bool) {
			t.Helper()
			time.Sleep(time.Second)
			level := measure.Level(r.callee.heard.last(500 * time.Millisecond))
			if (level < -60) != want {
				t.Errorf("%s: the peer hears %.0f dBm0", what, level)
			}
		}
		silent("talking", false)
		out.Mute(true)
		silent("muted", true)
		if err := out.Hold(); err != nil {
			t.Fatal(err)
		}
		silent("held", true)
		out.Mute(false)
		silent("held, not muted", true)
		if err := out.Resume(); err != nil {
			t.Fatal(err)
		}
		silent("resumed", false)
		in.Hangup()
		<-out.Done()
		r.close()
	})
}
