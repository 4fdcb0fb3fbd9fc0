package audio

import (
	"math"
	"sync"
	"time"
)

// clocked is a device without a card: the system's monotonic clock sets the
// pace. What it hears comes from capture, what it plays goes to play; both run
// in the caller's goroutine, after the time of the frame has passed.
type clocked struct {
	rate    int
	capture func(pcm []int16) error
	play    func(pcm []int16) error
	release func() error

	reading, writing pacer
	closing          sync.Once
	closed           chan struct{}
	closeErr         error
}

func newClocked(rate int) *clocked {
	return &clocked{
		rate:    rate,
		capture: func(pcm []int16) error { clear(pcm); return nil },
		play:    func([]int16) error { return nil },
		release: func() error { return nil },
		reading: pacer{rate: rate},
		writing: pacer{rate: rate},
		closed:  make(chan struct{}),
	}
}

// NewSilence is the device that hears nothing and plays to nobody, in real
// time.
func NewSilence(rate int) Device { return newClocked(rate) }

// NewToneSource hears a steady sine and plays to nobody.
func NewToneSource(rate int, hz float64, dbm0 float64) Device {
	peak := zeroLevelPeak * math.Pow(10, dbm0/20)
	step, phase := 2*math.Pi*hz/float64(rate), 0.0
	d := newClocked(rate)
	d.capture = func(pcm []int16) error {
		for i := range pcm {
			pcm[i] = saturate(peak * math.Sin(phase))
			phase = turn(phase + step)
		}
		return nil
	}
	return d
}

func (d *clocked) Rate() int { return d.rate }

func (d *clocked) ReadFrame(pcm []int16) error {
	if err := d.pace(&d.reading, len(pcm)); err != nil {
		return err
	}
	return d.orClosed(d.capture(pcm))
}

func (d *clocked) WriteFrame(pcm []int16) error {
	if d.isClosed() {
		return ErrClosed
	}
	if err := d.orClosed(d.play(pcm)); err != nil {
		return err
	}
	return d.pace(&d.writing, len(pcm))
}

// pace waits for the time of n samples. Closed wins over time that is up.
func (d *clocked) pace(p *pacer, n int) error {
	if d.isClosed() {
		return ErrClosed
	}
	return p.wait(n, d.closed)
}

// orClosed hides a fault that is only the file closed under its user.
func (d *clocked) orClosed(err error) error {
	if err != nil && d.isClosed() {
		return ErrClosed
	}
	return err
}

func (d *clocked) isClosed() bool {
	select {
	case <-d.closed:
		return true
	default:
		return false
	}
}

func (d *clocked) Close() error {
	d.closing.Do(func() {
		close(d.closed)
		d.closeErr = d.release()
	})
	return d.closeErr
}

// samplesIn is the number of samples in d.
func samplesIn(d time.Duration, rate int) int {
	return int(int64(d) * int64(rate) / int64(time.Second))
}
