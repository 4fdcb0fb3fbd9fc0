package audio

import (
	"math"
	"testing"
	"testing/synctest"
	"time"
)

// The oracle is the delay line that the test puts between the ends: chirps are
// found to a sample, in silence, in a tone as loud, and in noise; upside down too.
func TestSounding(t *testing.T) {
	for _, rate := range []int{8000, 48000} {
		for _, late := range []time.Duration{0, 23 * time.Millisecond, 187 * time.Millisecond, 400 * time.Millisecond} {
			for name, other := range map[string]func(i int) int16{
				"silence": func(int) int16 { return 0 },
				"a tone":  func(i int) int16 { return int16(4000 * math.Sin(2*math.Pi*1000*float64(i)/float64(rate))) },
				"noise":   func(i int) int16 { return int16(uint32(i*2654435761)>>20) - 2048 },
			} {
				s := NewSounding(rate, time.Second)
				line := make([]int16, samplesIn(late, rate))
				frame, now := make([]int16, rate/50), time.Unix(1000, 0)
				found := 0
				for i := range 160 { // 3.2 s
					for k := range frame {
						frame[k] = other(i*len(frame) + k)
					}
					now = now.Add(20 * time.Millisecond)
					s.Send(frame, now)
					line = append(line, frame...)
					copy(frame, line)
					line = line[:copy(line, line[len(frame):])]
					// what was captured until now is heard from 20 ms before
					if s.Hear(frame, now.Add(-20*time.Millisecond)) {
						found++
						if d, ok := s.Delay(); !ok || (d-late).Abs() > 500*time.Microsecond {
							t.Errorf("%d Hz, %s: %v, want %v", rate, name, d, late)
						}
					}
				}
				if found < 2 {
					t.Errorf("%d Hz, %s, %v: %d chirps found", rate, name, late, found)
				}
			}
		}
	}
}

// A way that is cut is no delay, and speech alone is no chirp.
func TestSoundingHearsNothing(t *testing.T) {
	s := NewSounding(8000, time.Second)
	frame, now := make([]int16, frame20), time.Unix(1000, 0)
	for i := range 500 {
		clear(frame)
		now = now.Add(20 * time.Millisecond)
		s.Send(frame, now)
		for k := range frame {
			frame[k] = int16(6000 * math.Sin(2*math.Pi*(300+float64(i%40)*20)*float64(i*frame20+k)/8000))
		}
		if s.Hear(frame, now) {
			d, _ := s.Delay()
			t.Fatalf("found after %v", d)
		}
	}
	if d, ok := s.Delay(); ok {
		t.Errorf("%v", d)
	}
}

func TestSoundingDoesNotAllocate(t *testing.T) {
	s := NewSounding(8000, 100*time.Millisecond)
	frame, now := make([]int16, frame20), time.Unix(1000, 0)
	if n := testing.AllocsPerRun(100, func() {
		now = now.Add(20 * time.Millisecond)
		s.Send(frame, now)
		s.Hear(frame, now)
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

// Who speaks to an echo hears himself, no later than two frames after.
func TestEcho(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := NewEcho(8000)
		defer d.Close()
		go func() {
			frame := make([]int16, frame20)
			for i := int16(1); ; i++ {
				for k := range frame {
					frame[k] = i
				}
				if d.WriteFrame(frame) != nil {
					return
				}
			}
		}()
		frame := make([]int16, frame20)
		for i := int16(1); i <= 100; i++ {
			if err := d.ReadFrame(frame); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if lag := i - frame[0]; lag < -1 || lag > 2 {
				t.Fatalf("frame %d hears frame %d", i, frame[0])
			}
		}
	})
}
