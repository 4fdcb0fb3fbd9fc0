package audio

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio/measure"
)

// A call's device changes under its feet: silence, a card, silence, another
// card, and no frame comes early, late or with an error.
func TestSwitchChangesWhileItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewSwitch(8000)
		defer s.Close()
		low, high := NewToneSource(8000, 440, -10), NewToneSource(8000, 1000, -10)
		defer low.Close()
		defer high.Close()
		for _, step := range []struct {
			set Device
			hz  float64
		}{{nil, 0}, {low, 440}, {nil, 0}, {high, 1000}, {low, 440}, {nil, 0}} {
			s.Set(step.set)
			start := time.Now()
			pcm := read(t, s, 8000)
			if took := time.Since(start); took < 980*time.Millisecond || took > 1020*time.Millisecond {
				t.Errorf("a second of %v Hz took %v", step.hz, took)
			}
			switch {
			case step.hz == 0 && measure.Level(pcm) > -60:
				t.Errorf("silence has %.1f dBm0", measure.Level(pcm))
			case step.hz != 0 && measure.LevelAt(pcm, 8000, step.hz) < -10.2:
				t.Errorf("%v Hz has %.1f dBm0", step.hz, measure.LevelAt(pcm, 8000, step.hz))
			}
		}
	})
}

func TestSwitchHidesTheFaultsOfItsDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewSwitch(8000)
		broken := NewSilence(8000)
		broken.Close()
		s.Set(broken)
		start := time.Now()
		for range 50 {
			if err := errors.Join(s.ReadFrame(make([]int16, frame20)), s.WriteFrame(make([]int16, frame20))); err != nil {
				t.Fatal(err)
			}
		}
		if got := time.Since(start); got != time.Second+20*time.Millisecond && got != time.Second {
			t.Errorf("50 frames each way took %v", got)
		}
		s.Close()
		s.Close()
		if err := s.ReadFrame(make([]int16, frame20)); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	})
}

// oneAtATime fails the test when two goroutines are in one direction at once,
// which Device forbids.
type oneAtATime struct {
	Device
	t    *testing.T
	read atomic.Int32
}

func (d *oneAtATime) ReadFrame(pcm []int16) error {
	if d.read.Add(1) > 1 {
		d.t.Error("two readers in one device")
	}
	defer d.read.Add(-1)
	return d.Device.ReadFrame(pcm)
}

// Two calls exchange one card every few milliseconds: the one that comes too
// early hears silence for a frame, and neither is ever in it with the other.
func TestShareLetsInOneUserAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := Share(&oneAtATime{Device: NewToneSource(8000, 440, -10), t: t})
		defer card.Close()
		var calls [2]*Switch
		var running sync.WaitGroup
		for i := range calls {
			calls[i] = NewSwitch(8000)
			running.Go(func() {
				pcm := make([]int16, frame20)
				for calls[i].ReadFrame(pcm) == nil {
				}
			})
		}
		for n := range 500 {
			calls[n%2].Set(nil)
			calls[(n+1)%2].Set(card)
			time.Sleep(7 * time.Millisecond)
		}
		for _, c := range calls {
			c.Close()
		}
		running.Wait()
	})
}
