//go:build interop && linux

package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"star18/audio/measure"
	"star18/audio/wav"
)

// What each end speaks: no two alike, none a multiple of another, none part of
// the secure tone. The levels are those of star18's tone:HZ and of a sine at
// half of full scale: 20 log(16384/22651).
const (
	callerHz, calleeHz, baresipHz = 620, 1010, 440
	star18Level, baresipLevel     = -15.0, -2.8
)

// recording is what somebody heard.
type recording struct {
	pcm  []int16
	rate int
}

func readWAV(t *testing.T, path string) recording {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := wav.NewReader(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	s := recording{rate: r.Rate()}
	for chunk := make([]int16, 8000); ; {
		n, err := r.ReadMono(chunk)
		s.pcm = append(s.pcm, chunk[:n]...)
		if errors.Is(err, io.EOF) {
			return s
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
}

func (s recording) samples(d time.Duration) int {
	return int(d * time.Duration(s.rate) / time.Second)
}

func (s recording) length() time.Duration {
	return time.Duration(len(s.pcm)) * time.Second / time.Duration(s.rate)
}

// cut is a part of it, at most what there is.
func (s recording) cut(from, to time.Duration) recording {
	begin := min(max(s.samples(from), 0), len(s.pcm))
	end := min(max(s.samples(to), begin), len(s.pcm))
	return recording{s.pcm[begin:end], s.rate}
}

// last is its end, without what hanging up takes.
func (s recording) last(d time.Duration) recording {
	end := s.length() - 300*time.Millisecond
	return s.cut(end-d, end)
}

// mayJump is how many tenths of a second may hold something else besides the
// tone: where a busy machine made a packet late, the sine jumps.
const mayJump = 2

// mustBe asserts that a tone is heard and nothing else, and tells it in words.
// The frequency is the median of those of each tenth of a second, because a
// sine that jumps has none.
func (s recording) mustBe(t *testing.T, hz, level float64) string {
	t.Helper()
	if s.length() < 500*time.Millisecond {
		t.Fatalf("only %v of sound", s.length())
	}
	var each []float64
	jumps := 0
	for part := range slices.Chunk(s.pcm[:len(s.pcm)-len(s.pcm)%(s.rate/10)], s.rate/10) {
		got := measure.Dominant(part, s.rate)
		each = append(each, got)
		if math.Abs(got-hz) > 1 || math.Abs(measure.LevelAt(part, s.rate, hz)-level) > 1 {
			jumps++
		}
	}
	slices.Sort(each)
	got, all := each[len(each)/2], measure.Level(s.pcm)
	figure := fmt.Sprintf("%.1f Hz %.1f dBm0", got, all)
	if jumps > 0 {
		figure += fmt.Sprintf(" (not pure: %d tenths of a second)", jumps)
	}
	if math.Abs(got-hz) > 1 || math.Abs(all-level) > 1 || jumps > mayJump {
		t.Errorf("heard %s, want %v Hz %.1f dBm0", figure, hz, level)
	}
	return figure
}

// The first double beep of the secure tone: its script is 2 s of silence, then
// 397 Hz for 0.2 s, 0.1 s of silence, 507 Hz for 0.1 s.
var doubleBeep = []struct{ hz, afterMS, lengthMS int }{{397, 0, 200}, {507, 300, 100}}

// mustBeep asserts the double beep and returns where it began.
func (s recording) mustBeep(t *testing.T) (atMS int) {
	t.Helper()
	for i, beep := range doubleBeep {
		found := measure.FindBursts(s.pcm, s.rate, float64(beep.hz))
		if len(found) != 1 {
			t.Fatalf("%d Hz sounds %d times, want once: %v", beep.hz, len(found), found)
		}
		b := found[0]
		if i == 0 {
			atMS = b.StartMS
		}
		if off := b.StartMS - atMS - beep.afterMS; max(off, -off) > 10 {
			t.Errorf("%d Hz begins %d ms after the first beep, want %d", beep.hz, b.StartMS-atMS, beep.afterMS)
		}
		if off := b.EndMS - b.StartMS - beep.lengthMS; max(off, -off) > 10 {
			t.Errorf("%d Hz sounds for %d ms, want %d", beep.hz, b.EndMS-b.StartMS, beep.lengthMS)
		}
	}
	return atMS
}

// silence asserts that nothing is heard.
func (s recording) silence(t *testing.T) string {
	t.Helper()
	level := measure.Level(s.pcm)
	if level > -50 {
		t.Errorf("heard %.1f dBm0, want silence", level)
	}
	return fmt.Sprintf("silent (%.0f dBm0)", level)
}
