package audio

import (
	"errors"
	"sync"
)

// Resilient is d for as long as it works. At its first fault, any error but
// ErrClosed, onFault is told once and silence takes over at the same pace, so
// that losing a sound card never ends a call. onFault must not block.
func Resilient(d Device, onFault func(error)) Device {
	return &resilient{device: d, silence: NewSilence(d.Rate()), onFault: onFault, lost: make(chan struct{})}
}

type resilient struct {
	device  Device
	silence Device // takes over, with its own clock
	onFault func(error)

	fault   sync.Once
	lost    chan struct{} // closed at the first fault
	cleanup sync.WaitGroup
}

func (r *resilient) Rate() int { return r.device.Rate() }

func (r *resilient) ReadFrame(pcm []int16) error {
	if r.usable(r.deviceRead(pcm)) {
		return nil
	}
	return r.silence.ReadFrame(pcm)
}

func (r *resilient) WriteFrame(pcm []int16) error {
	if r.usable(r.deviceWrite(pcm)) {
		return nil
	}
	return r.silence.WriteFrame(pcm)
}

var errLost = errors.New("device lost before")

func (r *resilient) deviceRead(pcm []int16) error {
	if r.isLost() {
		return errLost
	}
	return r.device.ReadFrame(pcm)
}

func (r *resilient) deviceWrite(pcm []int16) error {
	if r.isLost() {
		return errLost
	}
	return r.device.WriteFrame(pcm)
}

// usable says whether the device did its work, and gives it up if it failed.
// ErrClosed is no fault: either this device was closed, and then silence is
// closed too and says so, or the other direction gave the device up.
func (r *resilient) usable(err error) bool {
	if err == nil {
		return true
	}
	if errors.Is(err, ErrClosed) && !r.isLost() {
		r.silence.Close()
	} else {
		r.fault.Do(func() { r.giveUp(err) })
	}
	return false
}

// giveUp closes the device apart from the sound path: closing a card that hangs
// takes seconds. Close waits for it. It is marked lost first, so that the other
// direction takes the ErrClosed that follows for what it is.
func (r *resilient) giveUp(err error) {
	close(r.lost)
	r.cleanup.Go(func() { r.device.Close() })
	r.onFault(err)
}

func (r *resilient) isLost() bool {
	select {
	case <-r.lost:
		return true
	default:
		return false
	}
}

func (r *resilient) Close() error {
	r.silence.Close()
	r.fault.Do(func() {}) // no fault is news after this
	r.cleanup.Wait()
	return r.device.Close()
}
