package ua

import (
	"slices"
	"testing"
	"time"

	"star18/audio"
)

// offHookTones is a table of tones that are told apart by their frequency.
func offHookTones(t *testing.T) TonesConfig {
	t.Helper()
	c := allTones()
	for name, text := range map[string]string{"confirm": "600@-16;1(*/0/1)", "dial": "350@-19;10(*/0/1)"} {
		script, err := audio.ParseToneScript(text)
		if err != nil {
			t.Fatal(err)
		}
		c.Scripts[name] = &script
	}
	return c
}

// The tones of a telephone off the hook: one after the other, until another one
// or silence; the device is given back.
func TestTonesWithoutACall(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, _ *Config) { a.Tones = offHookTones(t) })
		r.caller.Play("confirm", "none", "dial")
		time.Sleep(900 * time.Millisecond)
		hearsHz(t, r.caller, 500*time.Millisecond, 590, 610)
		time.Sleep(2 * time.Second)
		hearsHz(t, r.caller, 500*time.Millisecond, 340, 360)
		r.caller.Play("confirm")
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
		r := newRig(t, func(a, b *Config) { a.Tones, b.Tones = offHookTones(t), offHookTones(t) })
		r.callee.Play("dial")
		r.caller.Play("dial")
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
