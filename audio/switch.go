package audio

import (
	"errors"
	"sync/atomic"
)

// errTaken: another user is in the device.
var errTaken = errors.New("audio device taken by another user")

// Share lets d be handed from one user to another while both run: the one who
// comes while the other is still inside a frame is refused that frame and does
// not wait. A Switch hears and plays silence for it.
func Share(d Device) Device { return &shared{Device: d} }

type shared struct {
	Device
	reading, writing atomic.Bool
}

func (s *shared) ReadFrame(pcm []int16) error {
	if !s.reading.CompareAndSwap(false, true) {
		return errTaken
	}
	defer s.reading.Store(false)
	return s.Device.ReadFrame(pcm)
}

func (s *shared) WriteFrame(pcm []int16) error {
	if !s.writing.CompareAndSwap(false, true) {
		return errTaken
	}
	defer s.writing.Store(false)
	return s.Device.WriteFrame(pcm)
}

// Switch is the device of one call: whatever was set last, and silence at the
// same pace without one, or for a frame that it refuses. Changing it takes one
// atomic store, so a call is never stopped by what another does with the sound.
type Switch struct {
	rate     int
	current  atomic.Pointer[Device]
	in, out  quietSide
	closed   chan struct{}
	isClosed atomic.Bool
}

// quietSide is the silence of one direction, used by its goroutine alone.
type quietSide struct {
	pacer
	running bool
}

// NewSwitch begins in silence.
func NewSwitch(rate int) *Switch {
	s := &Switch{rate: rate, closed: make(chan struct{})}
	s.in.rate, s.out.rate = rate, rate
	return s
}

// Set changes the device; nil is silence. The device stays its owner's: a
// Switch never closes it. Its rate must be the switch's.
func (s *Switch) Set(d Device) {
	if d == nil {
		s.current.Store(nil)
		return
	}
	s.current.Store(&d)
}

// Rate implements Device.
func (s *Switch) Rate() int { return s.rate }

// ReadFrame implements Device.
func (s *Switch) ReadFrame(pcm []int16) error {
	if d := s.device(); d != nil && d.ReadFrame(pcm) == nil {
		s.in.running = false
		return nil
	}
	clear(pcm)
	return s.in.pass(len(pcm), s.closed)
}

// WriteFrame implements Device.
func (s *Switch) WriteFrame(pcm []int16) error {
	if d := s.device(); d != nil && d.WriteFrame(pcm) == nil {
		s.out.running = false
		return nil
	}
	return s.out.pass(len(pcm), s.closed)
}

// device is nil in silence, and once closed.
func (s *Switch) device() Device {
	d := s.current.Load()
	if d == nil || s.isClosed.Load() {
		return nil
	}
	return *d
}

// pass waits for the time of n samples, which begins anew after other devices.
func (q *quietSide) pass(n int, closed <-chan struct{}) error {
	select {
	case <-closed:
		return ErrClosed
	default:
	}
	if !q.running {
		q.running = true
		q.restart()
	}
	return q.wait(n, closed)
}

// Close implements Device. A call inside a device of others comes out with its
// frame.
func (s *Switch) Close() error {
	if !s.isClosed.Swap(true) {
		close(s.closed)
	}
	return nil
}
