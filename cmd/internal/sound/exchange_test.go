package sound

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio"
	"star18/audio/measure"
)

// A call that is up goes on with the device that was chosen meanwhile, and so does
// the next one. The oracle is the tone that it hears.
func TestUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &Opener{In: Spec{Kind: Tone, Hz: 500}, Out: Spec{Kind: Null}, OnFault: func(err error) { t.Error(err) }}
		hears := func(d audio.Device, hz float64) {
			t.Helper()
			pcm := make([]int16, 1600)
			if err := d.ReadFrame(pcm); err != nil {
				t.Fatal(err)
			}
			if db := measure.LevelAt(pcm, 8000, hz); db < -20 {
				t.Errorf("%v Hz at %.0f dBm0", hz, db)
			}
		}
		d, _ := o.Open(8000)
		hears(d, 500)
		o.Use(Spec{Kind: Tone, Hz: 1200}, Spec{Kind: Null})
		hears(d, 1200)
		if err := d.WriteFrame(make([]int16, 160)); err != nil {
			t.Error(err)
		}
		next, _ := o.Open(8000)
		hears(next, 1200)
		if err := errors.Join(d.Close(), next.Close()); err != nil {
			t.Error(err)
		}
		o.Use(Spec{Kind: Silence}, Spec{Kind: Null})
		if err := d.ReadFrame(make([]int16, 160)); !errors.Is(err, audio.ErrClosed) {
			t.Errorf("a closed device reads %v", err)
		}
	})
}

// Who waits inside the device when another takes its place comes out with a frame
// of the new one.
func TestUseWhileReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &Opener{In: Spec{Kind: Silence}, Out: Spec{Kind: Null}}
		d, _ := o.Open(8000)
		defer d.Close()
		read := make(chan error)
		go func() { read <- d.ReadFrame(make([]int16, 80000)) }() // ten seconds
		time.Sleep(time.Second)
		o.Use(Spec{Kind: Tone, Hz: 500}, Spec{Kind: Null})
		if err := <-read; err != nil {
			t.Error(err)
		}
	})
}
