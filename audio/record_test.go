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
		go func() { // plays only between 1.0 and 2.0 s
			defer close(played)
			time.Sleep(time.Second)
			play(d, 50, 700)
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
	slack := recordSkew.Milliseconds() + recordPeriod.Milliseconds()
	bursts := measure.FindBursts(right, 8000, 700)
	if len(bursts) != 1 || off(bursts[0].StartMS, 1000) > slack || off(bursts[0].EndMS, 2000) > slack {
		t.Errorf("right: 700 Hz at %v, want 1000 to 2000 ms within %d", bursts, slack)
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
	var s recordSide
	s.init(400)
	for i := range 5 {
		s.push([]int16{int16(i + 1), 159: 1})
	}
	if len(s.queue) > 400 {
		t.Errorf("%d samples queued, limit 400", len(s.queue))
	}
	pcm := s.drain()
	if len(pcm) != 5*160 || pcm[0] != 1 || pcm[160] != 2 || pcm[320] != 0 || pcm[640] != 0 {
		t.Errorf("%d samples drained: %d %d %d %d", len(pcm), pcm[0], pcm[160], pcm[320], pcm[640])
	}
	s.done(800)
	s.push([]int16{7})
	if pcm = s.drain(); len(pcm) != 1 || pcm[0] != 7 {
		t.Errorf("after the stall %v, want 7", pcm)
	}
}

func TestRecorderDoesNotAllocateInTheCallersPath(t *testing.T) {
	var s recordSide
	s.init(1 << 20)
	pcm := make([]int16, frame20)
	if n := testing.AllocsPerRun(200, func() { s.push(pcm) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}
