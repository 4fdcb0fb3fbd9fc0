package audio

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio/measure"
	"star18/audio/wav"
)

// The oracle is arithmetic: a sine of peak A has an RMS of A/sqrt 2, a digital
// milliwatt (0 dBm0) a peak of 22651 of 32768.
func TestMeter(t *testing.T) {
	m := NewMeter(8000)
	if got := m.Level(); got != (Level{LevelFloor, LevelFloor}) {
		t.Errorf("silence is %+v", got)
	}
	add := func(pcm []int16) Level {
		for at := 0; at+frame20 <= len(pcm); at += frame20 {
			m.Add(pcm[at : at+frame20])
		}
		return m.Level()
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 0.15 {
			t.Errorf("%s: %.1f dBFS, want %.1f", what, got, want)
		}
	}
	loud := add(sineAt(16000, 8000, 1000, 22651))
	near("peak of a milliwatt", loud.Peak, -3.2)
	near("mean of a milliwatt", loud.RMS, -6.2)
	soft := add(sineAt(8000, 8000, 1000, 227))
	if soft.RMS > -20 || soft.Peak < -16 || soft.Peak > -14 {
		t.Errorf("a second after it fell by 40 dB it shows %+v", soft)
	}
	near("five seconds after", add(sineAt(40000, 8000, 1000, 227)).RMS, -46.2)
	clip := make([]int16, 8000)
	for i := range clip {
		clip[i] = math.MinInt16
	}
	if got := add(clip); got.Peak != 0 {
		t.Errorf("full scale peaks at %v", got.Peak)
	}
	m.Add(nil)
}

func TestMeterDoesNotAllocate(t *testing.T) {
	m, pcm := NewMeter(48000), make([]int16, 960)
	if n := testing.AllocsPerRun(100, func() { m.Add(pcm); m.Level() }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

// Muting is for the microphone: nothing of it is sent or recorded, and a file is
// heard all the same.
func TestBoothMutes(t *testing.T) {
	dir := t.TempDir()
	file, path := filepath.Join(dir, "in.wav"), filepath.Join(dir, "out.wav")
	writeSine(t, file, 16000, 700, 2)
	synctest.Test(t, func(t *testing.T) {
		b := NewBooth(NewToneSource(8000, 1000, -10))
		r, err := NewRecorder(path, 8000, false)
		p, err2 := OpenFilePlayer(file, 8000)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		b.Record(r)
		synctest.Wait()
		pcm := read(t, b, 8000)
		if sent, heard := b.Levels(); math.Abs(sent.RMS+16.2) > 0.3 || heard.Peak != LevelFloor {
			t.Errorf("levels %+v %+v", sent, heard)
		}
		b.Mute(true)
		b.Play(p)
		var muted []int16
		for range 50 { // the disk is read between frames
			muted = append(muted, read(t, b, frame20)...)
			synctest.Wait()
		}
		b.Mute(false)
		mixed := read(t, b, frame20)
		for range 60 {
			mixed = append(mixed, read(t, b, frame20)...)
			synctest.Wait()
		}
		select {
		case <-p.Over():
		default:
			t.Error("the file never ends")
		}
		if err := errors.Join(r.Close(), b.Close(), p.Err()); err != nil {
			t.Error(err)
		}
		p.Close()
		for _, at := range []struct {
			name string
			pcm  []int16
			hz   float64
			want bool
		}{
			{"talking", pcm, 1000, true}, {"muted", muted, 1000, false}, {"muted with a file", muted, 700, true},
			{"mixed", mixed[:8000], 1000, true}, {"mixed with the file", mixed[:7000], 700, true},
			{"after the file", mixed[8800:], 700, false}, {"after the file, talking", mixed[8800:], 1000, true},
		} {
			if level := measure.LevelAt(at.pcm, 8000, at.hz); (level > -12) != at.want || !at.want && level > -50 {
				t.Errorf("%s: %.1f dBm0 at %v Hz", at.name, level, at.hz)
			}
		}
	})
	pairs, _ := readWAV(t, path)
	left, _ := sides(pairs)
	if level := measure.LevelAt(left[8000+200:16000-200], 8000, 1000); level > -50 {
		t.Errorf("the recording has %.1f dBm0 of the muted microphone", level)
	}
}

// writeSine writes a mono file of 0 dBm0-10 at hz.
func writeSine(t *testing.T, path string, rate int, hz float64, seconds int) {
	t.Helper()
	w, err := wav.Create(path, rate, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(sineAt(rate*seconds, rate, hz, 7163)), w.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestFilePlayerRefusals(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.wav")
	if err := os.WriteFile(text, []byte("this is no sound at all, whatever its name says"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{text: wav.ErrNotWAV, filepath.Join(dir, "none.wav"): os.ErrNotExist, dir: nil} {
		if _, err := OpenFilePlayer(path, 8000); err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A player that is closed in the middle leaves nothing behind, and whoever still
// holds it hears silence.
func TestFilePlayerClosedInTheMiddle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.wav")
	writeSine(t, path, 8000, 700, 30)
	synctest.Test(t, func(t *testing.T) {
		p, err := OpenFilePlayer(path, 8000)
		if err != nil {
			t.Fatal(err)
		}
		pcm := make([]int16, frame20)
		for range 10 {
			synctest.Wait()
			p.mix(pcm)
		}
		p.Close()
		<-p.Over()
		done := false
		for range 200 {
			done = p.mix(pcm)
		}
		if !done {
			t.Error("it plays on for ever")
		}
	})
}

// The way of a sample takes no memory, whatever the user does to the sound.
func TestBoothDoesNotAllocate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "in.wav")
	writeSine(t, path, 8000, 700, 60)
	p, err := OpenFilePlayer(path, 8000)
	r, err2 := NewRecorder(filepath.Join(dir, "out.wav"), 8000, true)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	b := NewBooth(instantDevice{})
	b.Play(p)
	b.Record(r)
	for len(p.blocks) < cap(p.blocks) { // the reader is still at the first ones
		time.Sleep(time.Millisecond)
	}
	pcm := make([]int16, frame20)
	if n := testing.AllocsPerRun(100, func() {
		b.ReadFrame(pcm)
		b.WriteFrame(pcm)
	}); n > 0.1 { // the writer's goroutine is counted too when it happens to run
		t.Errorf("%v allocations a frame", n)
	}
	b.Record(nil)
	p.Close()
	r.Close()
}

// instantDevice has no pace.
type instantDevice struct{}

func (instantDevice) Rate() int                { return 8000 }
func (instantDevice) ReadFrame([]int16) error  { return nil }
func (instantDevice) WriteFrame([]int16) error { return nil }
func (instantDevice) Close() error             { return nil }
