package audio

import (
	"errors"
	"math"
	"path/filepath"
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
		d, err := Record(NewToneSource(8000, 1000, -10), path)
		if err != nil {
			t.Fatal(err)
		}
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
		if err := d.Close(); err != nil {
			t.Error(err)
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

// The disk fails in the middle; the sound goes on and Close says why.
func TestRecorderOutlivesItsFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, err := Record(NewSilence(8000), filepath.Join(t.TempDir(), "call.wav"))
		if err != nil {
			t.Fatal(err)
		}
		d.(*recorder).failed = wav.ErrFull
		read(t, d, 20*8000)
		if err := d.Close(); !errors.Is(err, wav.ErrFull) {
			t.Errorf("close: %v, want ErrFull", err)
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
	r := &recorder{}
	r.left.queue = make([]int16, 0, 1<<20)
	pcm := make([]int16, frame20)
	if n := testing.AllocsPerRun(200, func() { r.push(&r.left, &r.right, pcm) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}
