package audio

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio/measure"
	"star18/audio/wav"
)

func sides(pairs []int16) (left, right []int16) {
	for i := 0; i+1 < len(pairs); i += 2 {
		left, right = append(left, pairs[i]), append(right, pairs[i+1])
	}
	return left, right
}

// play writes a steady sine for n frames.
func play(d Device, n int, hz float64) {
	pcm := sineAt(n*frame20, 8000, hz, 7163)
	for at := 0; at < len(pcm); at += frame20 {
		if d.WriteFrame(pcm[at:at+frame20]) != nil {
			return
		}
	}
}

func TestRecorderKeepsBothDirections(t *testing.T) {
	path := filepath.Join(t.TempDir(), "call.wav")
	synctest.Test(t, func(t *testing.T) {
		d := NewBooth(NewToneSource(8000, 1000, -10))
		r, err := NewRecorder(path, 8000, false)
		if err != nil {
			t.Fatal(err)
		}
		d.Record(r)
		played := make(chan struct{})
		go func() { // plays from 1.0 to 2.0 s and from 2.5 to 2.7 s
			defer close(played)
			time.Sleep(time.Second)
			play(d, 50, 700)
			time.Sleep(500 * time.Millisecond)
			play(d, 10, 700)
		}()
		read(t, d, 3*8000)
		<-played
		d.Record(nil)
		if err := errors.Join(r.Close(), d.Close()); err != nil || r.Path() != path {
			t.Error(err, r.Path())
		}
	})
	pairs, channels := readWAV(t, path)
	left, right := sides(pairs)
	if channels != 2 || len(left) != 3*8000 {
		t.Fatalf("%d channels, %d samples; want 2, 24000", channels, len(left))
	}
	if level := measure.LevelAt(left, 8000, 1000); math.Abs(level+10) > 0.1 {
		t.Errorf("left: %.1f dBm0 at 1000 Hz, want -10", level)
	}
	bursts := measure.FindBursts(right, 8000, 700)
	want := []measure.Burst{{StartMS: 1000, EndMS: 2000}, {StartMS: 2500, EndMS: 2700}}
	if len(bursts) != len(want) {
		t.Fatalf("right: 700 Hz at %v ms, want %v", bursts, want)
	}
	for i := range want { // one frame is the finest that two goroutines agree on
		if off(bursts[i].StartMS, want[i].StartMS) > 25 || off(bursts[i].EndMS, want[i].EndMS) > 25 {
			t.Errorf("right: 700 Hz at %v ms, want %v", bursts[i], want[i])
		}
	}
	if level := measure.LevelAt(right, 8000, 1000); level > -60 {
		t.Errorf("right: %.1f dBm0 of the left side", level)
	}
}

func off(got, want int) int64 { return int64(max(got-want, want-got)) }

var errNoSpace = errors.New("no space left on device")

// fullDisk has room for so many samples.
type fullDisk struct {
	recordFile
	room int
}

func (d *fullDisk) Write(pairs []int16) error {
	if d.room -= len(pairs); d.room < 0 {
		return errNoSpace
	}
	return d.recordFile.Write(pairs)
}

// The disk is full in the middle: the sound goes on, the reason is told once, and
// what was written stays a valid file.
func TestRecorderOutlivesItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "call.wav")
	synctest.Test(t, func(t *testing.T) {
		d := NewBooth(NewToneSource(8000, 1000, -10))
		file, _, err := wav.CreateNew(path, 8000, 2)
		if err != nil {
			t.Fatal(err)
		}
		r := newRecorder(&fullDisk{file, 2 * 4 * 8000}, 8000)
		r.writer.Go(r.run)
		d.Record(r)
		read(t, d, 24*8000)
		select {
		case got := <-r.Failed():
			if got != errNoSpace {
				t.Errorf("told %v", got)
			}
		default:
			t.Error("nobody is told")
		}
		if err := r.Close(); !errors.Is(err, errNoSpace) {
			t.Errorf("close: %v", err)
		}
		d.Close()
	})
	pairs, channels := readWAV(t, path)
	if left, _ := sides(pairs); channels != 2 || len(left) < 3*8000 || len(left) > 5*8000 {
		t.Errorf("%d channels, %d samples", channels, len(left))
	}
}

// A process that dies leaves a file that plays: its header is at most a second
// behind. And nothing that exists is ever written over; only the owner may read.
func TestRecordingIsSafe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "call.wav")
	if err := os.WriteFile(path, []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		d := NewBooth(NewToneSource(8000, 1000, -10))
		r, err := NewRecorder(path, 8000, false)
		if err != nil {
			t.Fatal(err)
		}
		second := filepath.Join(filepath.Dir(path), "call-2.wav")
		if r.Path() != second {
			t.Fatalf("recorded as %s", r.Path())
		}
		d.Record(r)
		read(t, d, 5*8000)
		pairs, _ := readWAV(t, second) // as a process that died now leaves it
		if left, _ := sides(pairs); len(left) < 38*800 {
			t.Errorf("%d samples of 5 s", len(left))
		}
		if info, err := os.Stat(second); err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
			t.Errorf("%v %v", info.Mode(), err)
		}
		if err := errors.Join(r.Close(), d.Close()); err != nil {
			t.Error(err)
		}
	})
	if text, err := os.ReadFile(path); err != nil || string(text) != "precious" {
		t.Errorf("%q %v", text, err)
	}
	if _, err := NewRecorder(filepath.Join(path, "x.wav"), 8000, false); err == nil {
		t.Error("a file inside a file")
	}
}

// The other side hears 1400 Hz for 0.2 s at the start and every 15 s, and so does
// the recording.
func TestRecordingNotice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "call.wav")
	synctest.Test(t, func(t *testing.T) {
		d := NewBooth(NewSilence(8000))
		r, err := NewRecorder(path, 8000, true)
		if err != nil {
			t.Fatal(err)
		}
		d.Record(r)
		sent := read(t, d, 32*8000)
		if err := errors.Join(r.Close(), d.Close()); err != nil {
			t.Error(err)
		}
		pairs, _ := readWAV(t, path)
		left, _ := sides(pairs)
		for name, pcm := range map[string][]int16{"sent": sent, "recorded": left} {
			bursts := measure.FindBursts(pcm, 8000, 1400)
			if len(bursts) != 3 || off(bursts[1].StartMS, 15000) > 4 || off(bursts[2].EndMS, 30200) > 4 {
				t.Errorf("%s: 1400 Hz at %v", name, bursts)
			}
		}
	})
}

// A disk that hangs longer than the queue leaves silence in its place, and what
// follows stays where it belongs in time.
func TestRecorderQueueIsBounded(t *testing.T) {
	s := recordSide{queue: make([]int16, 0, 400)}
	for i := range 5 {
		s.push([]int16{int16(i + 1), 159: 1})
	}
	if cap(s.queue) != 400 {
		t.Errorf("queue grew to %d samples, limit 400", cap(s.queue))
	}
	pcm := s.drain()
	if len(pcm) != 5*160 || pcm[0] != 1 || pcm[160] != 2 || pcm[320] != 0 || pcm[640] != 0 {
		t.Errorf("%d samples drained: %d %d %d %d", len(pcm), pcm[0], pcm[160], pcm[320], pcm[640])
	}
	s.done(800)
	s.push([]int16{7})
	s.silence(1000)
	s.silence(-5)
	if pcm = s.drain(); len(pcm) != 1001 || pcm[0] != 7 || pcm[1] != 0 || s.end != 1801 {
		t.Errorf("after the stall %d samples from %d, end at %d; want 1001 from 7 to 1801", len(pcm), pcm[0], s.end)
	}
}

func TestRecorderDoesNotAllocateInTheCallersPath(t *testing.T) {
	r := &Recorder{}
	r.left.queue = make([]int16, 0, 1<<20)
	pcm := make([]int16, frame20)
	if n := testing.AllocsPerRun(200, func() { r.push(&r.left, &r.right, pcm) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}
