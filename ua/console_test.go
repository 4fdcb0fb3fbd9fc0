package ua

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"star18/audio"
	"star18/audio/measure"
	"star18/audio/wav"
)

func (e *end) recordings() (states []RecordingState, last Recording) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, ev := range e.events {
		if r, ok := ev.(Recording); ok {
			states, last = append(states, r.State), r
		}
	}
	return states, last
}

func stereo(t *testing.T, path string) (left, right []int16) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := wav.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	pairs := make([]int16, 1<<20)
	n, _ := r.Read(pairs)
	for i := 0; i+1 < n; i += 2 {
		left, right = append(left, pairs[i]), append(right, pairs[i+1])
	}
	return left, right
}

// Both sides are kept, ours on the left, also while they are encrypted on the
// network, which the user is told. What is muted is not kept. The other side hears
// the notice.
func TestRecordACall(t *testing.T) {
	path := filepath.Join(t.TempDir(), "call.wav")
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, _ *Config) { a.RecordingNotice = true })
		out, in := r.dial(true)
		if err := out.Record(path); err != nil {
			t.Fatal(err)
		}
		if err := out.Record(path); !errors.Is(err, ErrRecording) {
			t.Errorf("twice: %v", err)
		}
		time.Sleep(4 * time.Second)
		if info := out.Info(); !info.Recorded || info.Muted {
			t.Errorf("%+v", info)
		}
		out.Mute(true)
		out.Mute(true)
		time.Sleep(3 * time.Second)
		if got, want := measure.LevelAt(r.callee.heard.last(time.Second), 8000, callerTone), -60.0; got > want {
			t.Errorf("muted, the peer hears %.0f dBm0", got)
		}
		out.Mute(false)
		time.Sleep(time.Second)
		if err := out.StopRecording(); err != nil {
			t.Fatal(err)
		}
		if err := out.StopRecording(); !errors.Is(err, ErrNotRecording) {
			t.Errorf("stopped twice: %v", err)
		}
		states, last := r.caller.recordings()
		if len(states) != 3 || states[0] != RecordingStarted || states[1] != RecordingGoesOn || last.State != RecordingStopped || last.File != path {
			t.Errorf("told %v, last %+v", states, last)
		}
		if n := count[Muted](r.caller) + 10*count[Unmuted](r.caller); n != 11 {
			t.Errorf("muted and unmuted were told %d times", n)
		}
		left, right := stereo(t, path)
		if seconds := len(left) / 8000; seconds < 7 || seconds > 8 {
			t.Errorf("%d s are kept", seconds)
		}
		if b := measure.FindBursts(left, 8000, 1400); len(b) != 1 || b[0].EndMS > 300 {
			t.Errorf("the notice is at %v", b)
		}
		for _, at := range []struct {
			name string
			pcm  []int16
			hz   float64
			want bool
		}{
			{"we on the left", left[8000:24000], callerTone, true}, {"they on the left", left[8000:24000], calleeTone, false},
			{"they on the right", right[8000:24000], calleeTone, true}, {"we on the right", right[8000:24000], callerTone, false},
			{"muted", left[38000:54000], callerTone, false}, {"they meanwhile", right[38000:54000], calleeTone, true},
		} {
			if level := measure.LevelAt(at.pcm, 8000, at.hz); (level > -12) != at.want || !at.want && level > -40 {
				t.Errorf("%s: %.1f dBm0", at.name, level)
			}
		}
		in.Hangup()
		<-out.Done()
		if err := out.Record(path); !errors.Is(err, ErrNotUp) {
			t.Errorf("a call that is over: %v", err)
		}
		r.close()
	})
}

// The end of a call ends its recording before it is told, and another call gets
// another file.
func TestRecordingEndsWithTheCall(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "call.wav")
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		for range 2 {
			out, in := r.dial(false)
			if err := out.Record(path); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Second)
			in.Hangup()
			<-out.Done()
			<-in.Done()
			states, last := r.caller.recordings()
			if last.State != RecordingStopped || last.Unencrypted {
				t.Errorf("told %v, last %+v", states, last)
			}
			if _, ok := r.caller.events[len(r.caller.events)-1].(Ended); !ok {
				t.Errorf("the last event is %T", r.caller.events[len(r.caller.events)-1])
			}
		}
		r.close()
	})
	for _, name := range []string{path, filepath.Join(dir, "call-2.wav")} {
		if left, _ := stereo(t, name); len(left) < 15000 {
			t.Errorf("%s has %d samples", name, len(left))
		}
	}
}

// A recording that cannot begin says why, and the call goes on.
func TestRecordNowhere(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		out, in := r.dial(false)
		if err := out.Record(filepath.Join(t.TempDir(), "none", "call.wav")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v", err)
		}
		time.Sleep(time.Second)
		if out.Info().Recorded || out.Info().State != "up" {
			t.Errorf("%+v", out.Info())
		}
		in.Hangup()
		<-out.Done()
		r.close()
	})
}

// The other side hears the file over the microphone, then the microphone alone;
// a second file takes the first one's place, and a stop ends it.
func TestPlayIntoACall(t *testing.T) {
	file := filepath.Join(t.TempDir(), "in.wav")
	w, err := wav.Create(file, 8000, 1)
	if err != nil {
		t.Fatal(err)
	}
	script, err := audio.ParseToneScript("1700@-10;3(*/0/1)")
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, 3*8000)
	audio.NewTone(script, 8000).Mix(pcm)
	if err := errors.Join(w.Write(pcm), w.Close()); err != nil {
		t.Fatal(err)
	}
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		out, in := r.dial(false)
		hears := func(what string, file, microphone bool) {
			t.Helper()
			last := r.callee.heard.last(500 * time.Millisecond)
			if level := measure.LevelAt(last, 8000, 1700); (level > -12) != file {
				t.Errorf("%s: the file has %.0f dBm0", what, level)
			}
			if level := measure.LevelAt(last, 8000, callerTone); (level > -12) != microphone {
				t.Errorf("%s: the microphone has %.0f dBm0", what, level)
			}
		}
		if err := out.Play(file); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		hears("playing", true, true)
		out.Mute(true)
		time.Sleep(time.Second)
		hears("playing, muted", true, false)
		out.Mute(false)
		time.Sleep(2 * time.Second)
		hears("after the end", false, true)
		if err := out.StopPlaying(); !errors.Is(err, ErrNotPlaying) {
			t.Errorf("stop: %v", err)
		}
		for range 2 {
			if err := out.Play(file); err != nil {
				t.Fatal(err)
			}
		}
		if err := out.StopPlaying(); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Second)
		hears("stopped", false, true)
		if err := out.Play(filepath.Join(t.TempDir(), "none.wav")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("no file: %v", err)
		}
		if err := out.Play(file); err != nil {
			t.Fatal(err)
		}
		in.Hangup()
		<-out.Done()
		var states []PlayingState
		for _, ev := range r.caller.events {
			if p, ok := ev.(Playing); ok {
				states = append(states, p.State)
			}
		}
		want := []PlayingState{"started", "ended", "started", "stopped", "started", "stopped", "started", "stopped"}
		if len(states) != len(want) {
			t.Fatalf("told %v", states)
		}
		for i := range want {
			if states[i] != want[i] {
				t.Errorf("told %v, want %v", states, want)
			}
		}
		r.close()
	})
}

// Each second the levels of both directions are told: what is sent, not what the
// microphone hears while it is muted.
func TestLevelsAreTold(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, _ *Config) { a.Stats = true })
		out, in := r.dial(false)
		time.Sleep(3500 * time.Millisecond)
		got := lastOf[Stats](r.caller)
		if d := got.Sent.RMS + 16.2; d > 0.5 || d < -0.5 {
			t.Errorf("sent %+v", got.Sent)
		}
		if d := got.Heard.Peak + 13.2; d > 1 || d < -1 {
			t.Errorf("heard %+v", got.Heard)
		}
		out.Mute(true)
		time.Sleep(5 * time.Second)
		if got := lastOf[Stats](r.caller); got.Sent.RMS > -60 {
			t.Errorf("muted, %+v is sent", got.Sent)
		}
		in.Hangup()
		<-out.Done()
		r.close()
	})
}
