package ua

import (
	"errors"
	"time"

	"star18/audio"
)

// seat is an opened device, kept for as long as a call uses it.
type seat struct {
	rate   int
	open   func(rate int) (audio.Device, error)
	users  int           // under the desk's lock
	ready  chan struct{} // closed when open returned
	unused chan struct{} // closed when the last user has left

	// valid after ready
	device audio.Device
	err    error
}

// sit makes its caller a user of the device, which is opened if it was not.
func (d *Desk) sit(rate int) *seat {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.seat == nil || d.seat.rate != rate {
		d.seat = d.seatAt(rate, d.from.cfg.OpenDevice)
	}
	d.seat.users++
	return d.seat
}

// bell is a seat at what the line rings by, which is nobody else's.
func (d *Desk) bell(rate int) *seat {
	if d.from.cfg.OpenRing == nil {
		return d.sit(rate)
	}
	s := d.seatAt(rate, d.from.cfg.OpenRing)
	s.users = 1
	return s
}

func (d *Desk) seatAt(rate int, open func(int) (audio.Device, error)) *seat {
	s := &seat{rate: rate, open: open, ready: make(chan struct{}), unused: make(chan struct{})}
	d.wg.Go(func() { d.keep(s) })
	return s
}

// keep opens the device and closes it when nobody uses it any more. A driver
// that never returns keeps its goroutine, but not the line.
func (d *Desk) keep(s *seat) {
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		dev, err := s.open(s.rate)
		if err == nil && dev == nil {
			err = errNoDevice
		}
		if s.err = err; err == nil {
			s.device = audio.Share(dev)
		}
		close(s.ready)
		<-s.unused
		if dev != nil {
			dev.Close()
		}
	}()
	<-s.unused
	select {
	case <-gone:
	case <-time.After(deviceLimit):
		d.from.log.Warn("the sound device is stuck")
	}
}

var errNoDevice = errors.New("no sound device")

// stand ends a use of the device that is no call.
func (d *Desk) stand(s *seat) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.rise(s)
}

// rise is for those who hold the lock.
func (d *Desk) rise(s *seat) {
	if s.users--; s.users == 0 {
		close(s.unused)
		if d.seat == s {
			d.seat = nil
		}
	}
}

// sound is the device, or nil as long as there is none.
func (s *seat) sound() audio.Device {
	select {
	case <-s.ready:
		return s.device
	default:
		return nil
	}
}
