package ua

import (
	"slices"
	"testing"
	"time"

	"star18/audio"
)

func sound(t *testing.T, name, text string) Sound {
	t.Helper()
	script, err := audio.ParseToneScript(text)
	if err != nil {
		t.Fatal(err)
	}
	return Sound{name, &script}
}

// The tones of a telephone off the hook: one after the other, until another one
// or silence; the device is given back.
func TestTonesWithoutACall(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		confirm, dial := sound(t, "confirm", "600@-16;1(*/0/1)"), sound(t, "dial", "350@-19;10(*/0/1)")
		r.caller.Play(confirm, dial)
		time.Sleep(900 * time.Millisecond)
		hearsHz(t, r.caller, 500*time.Millisecond, 590, 610)
		time.Sleep(2 * time.Second)
		hearsHz(t, r.caller, 500*time.Millisecond, 340, 360)
		r.caller.Play(confirm)
		time.Sleep(900 * time.Millisecond)
		hearsHz(t, r.caller, 500*time.Millisecond, 590, 610)
		r.caller.Hush()
		time.Sleep(100 * time.Millisecond)
		r.caller.desk.mu.Lock()
		if r.caller.desk.seat != nil {
			t.Error("the device is still open")
		}
		r.caller.desk.mu.Unlock()
		if got := count[TonePlayed](r.caller); got != 3 {
			t.Errorf("told of %d tones", got)
		}
		r.close()
	})
}

// A call that rings or begins is not kept silent by a dial tone.
func TestCallsSilenceTheDialTone(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, b *Config) { a.Tones, b.Tones = allTones(t), allTones(t) })
		r.callee.Play(sound(t, "dial", "350@-19;60(*/0/1)"))
		r.caller.Play(sound(t, "dial", "350@-19;60(*/0/1)"))
		time.Sleep(time.Second)
		out, in := r.dial(false)
		time.Sleep(2 * time.Second)
		hearsHz(t, r.callee, 500*time.Millisecond, callerTone-15, callerTone+15)
		if !slices.Contains(r.callee.names(), "tone") {
			t.Errorf("%v", r.callee.names())
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}
