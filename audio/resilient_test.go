package audio

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

var errUnplugged = errors.New("unplugged")

// faulty is a device that works for some frames and then fails in both
// directions for good, and whose Close hangs for a while as a lost card's does.
type faulty struct {
	Device
	frames int
	hangs  time.Duration
}

func (f *faulty) ReadFrame(pcm []int16) error {
	if f.frames--; f.frames < 0 {
		return errUnplugged
	}
	return f.Device.ReadFrame(pcm)
}

func (f *faulty) Close() error {
	time.Sleep(f.hangs)
	return f.Device.Close()
}

func TestLostDeviceGoesOnAsSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := &faulty{Device: NewToneSource(8000, 1000, 0), frames: 3, hangs: 2 * time.Second}
		var faults []error
		d := Resilient(card, func(err error) { faults = append(faults, err) })
		written := make(chan int)
		go func() { // the other direction, blocked in the card when it goes
			n := 0
			for d.WriteFrame(make([]int16, frame20)) == nil {
				n++
			}
			written <- n
		}()
		start := time.Now()
		for n := range 200 {
			pcm := []int16{1, 2, 3, 4, 159: 5}
			if err := d.ReadFrame(pcm); err != nil {
				t.Fatalf("frame %d: %v", n, err)
			}
			silent := pcm[1] == 0 && pcm[159] == 0
			if silent != (n >= 3) {
				t.Errorf("frame %d: silent %v", n, silent)
			}
		}
		if got := time.Since(start); got != 4*time.Second {
			t.Errorf("200 frames took %v, want 4 s", got)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		if n := <-written; n < 195 || n > 205 {
			t.Errorf("%d frames played meanwhile, want about 200", n)
		}
		if len(faults) != 1 || !errors.Is(faults[0], errUnplugged) {
			t.Errorf("faults %v, want one", faults)
		}
	})
}

func TestCloseIsNoFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := NewSilence(8000)
		d := Resilient(inner, func(err error) { t.Errorf("fault: %v", err) })
		inner.Close() // by its owner, under the wrapper
		if err := d.ReadFrame(make([]int16, frame20)); !errors.Is(err, ErrClosed) {
			t.Errorf("read: %v, want ErrClosed", err)
		}
		if err := d.WriteFrame(make([]int16, frame20)); !errors.Is(err, ErrClosed) {
			t.Errorf("write: %v, want ErrClosed", err)
		}
		d.Close()
	})
}
