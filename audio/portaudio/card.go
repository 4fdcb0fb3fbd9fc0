//go:build cgo

package portaudio

import (
	"fmt"
	"sync"
	"time"

	"star18/audio"

	"github.com/gordonklaus/portaudio"
)

// Device is an open card. It is an audio.Device.
type Device struct {
	rate          int
	wanted        time.Duration // latency asked for
	input, output string        // names; empty if there is none
	standIn       error         // why they are not those that were wanted
	capture       *capture
	playback      *playback
	streams       []*portaudio.Stream
	latency       struct{ in, out portaudio.StreamInfo }

	closing  sync.Once
	closed   chan struct{}
	closeErr error
}

// Open starts the card, in the directions of cfg. With a stand-in allowed, silence
// takes the place of a direction that no device has; without either there is no card.
func Open(cfg Config) (*Device, error) {
	d := &Device{rate: cfg.Rate, wanted: max(cfg.Latency, LeastLatency), closed: make(chan struct{})}
	if err := inside("open sound card", openLimit, func() error { return d.open(cfg) }, d.release); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Device) open(cfg Config) error {
	forgetPulseLatency()
	if err := portaudio.Initialize(); err != nil {
		return fmt.Errorf("start sound library: %w", err)
	}
	err := d.openStreams(cfg)
	if err != nil {
		d.release()
	}
	return err
}

// openStreams opens what is wanted, or, where that is allowed, the best of what
// else there is.
func (d *Device) openStreams(cfg Config) error {
	list, devices, err := survey()
	if err != nil {
		return err
	}
	plans, reason := choosePair(list, cfg)
	for _, p := range plans {
		err = d.openPlan(p, devices, cfg.Rate)
		if err == nil {
			d.standIn = reason
			return nil
		}
		if reason == nil {
			reason = err
		}
		d.stopStreams()
	}
	return reason
}

func (d *Device) openPlan(p plan, devices []*portaudio.DeviceInfo, rate int) error {
	pair := pair{rate: rate}
	d.input, d.output = "", ""
	if p.in != none {
		pair.in, d.input = devices[p.in], devices[p.in].Name
	}
	if p.out != none {
		pair.out, d.output = devices[p.out], devices[p.out].Name
	}
	if err := pair.start(d); err != nil {
		return err
	}
	return d.firstSound()
}

// firstSound waits until the card really runs.
func (d *Device) firstSound() error {
	for _, h := range []*heart{d.capture.heart, d.playback.heart} {
		if err := h.waitFor(firstSound, d.closed); err == errNoBeat {
			return ErrStalled
		} else if err != nil {
			return err
		}
	}
	return nil
}

// release gives back to the library what open took.
func (d *Device) release() {
	d.stopStreams()
	portaudio.Terminate()
}

func (d *Device) stopStreams() {
	for _, s := range d.streams {
		s.Abort() // nothing that waits to be played matters any more
		s.Close()
	}
	d.streams = nil
}

// Rate is samples a second of the frames.
func (d *Device) Rate() int { return d.rate }

// Names are those of the devices in use; empty if there is no microphone or no
// loudspeaker.
func (d *Device) Names() (input, output string) { return d.input, d.output }

// StandIn says why other devices than those that were wanted are in use; nil if
// they are not.
func (d *Device) StandIn() error { return d.standIn }

// ReadFrame blocks until the card has captured pcm.
func (d *Device) ReadFrame(pcm []int16) error {
	if d.isClosed() {
		return audio.ErrClosed
	}
	return d.capture.read(pcm, d.closed)
}

// WriteFrame queues pcm and blocks until the card needs the next frame.
func (d *Device) WriteFrame(pcm []int16) error {
	if d.isClosed() {
		return audio.ErrClosed
	}
	return d.playback.write(pcm, d.closed)
}

func (d *Device) isClosed() bool {
	select {
	case <-d.closed:
		return true
	default:
		return false
	}
}

// Close stops the card. It gives up on a driver that hangs.
func (d *Device) Close() error {
	d.closing.Do(func() {
		close(d.closed)
		d.closeErr = inside("close sound card", closeLimit, func() error { d.release(); return nil }, func() {})
	})
	return d.closeErr
}

// Stats counts sound lost between the card and its users.
func (d *Device) Stats() Stats {
	return Stats{
		Overruns:  d.capture.overruns.Load(),
		Underruns: d.playback.underruns.Load(),
		Breaks:    d.playback.unsteady.breaks.Load(),
		Input:     d.latency.in.InputLatency,
		Output:    d.latency.out.OutputLatency,
	}
}
