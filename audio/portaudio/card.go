//go:build cgo

package portaudio

import (
	"errors"
	"fmt"
	"sync"

	"star18/audio"

	"github.com/gordonklaus/portaudio"
)

// Device is an open card. It is an audio.Device.
type Device struct {
	rate          int
	input, output string // names; empty if there is none
	capture       *capture
	playback      *playback
	streams       []*portaudio.Stream
	latency       struct{ in, out portaudio.StreamInfo }

	closing  sync.Once
	closed   chan struct{}
	closeErr error
}

// Open starts the card. Without a microphone it hears silence, without a
// loudspeaker it plays to nobody; without either there is no card.
func Open(cfg Config) (*Device, error) {
	d := &Device{rate: cfg.Rate, closed: make(chan struct{})}
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
	if err == nil {
		err = d.firstSound()
	}
	if err != nil {
		d.release()
	}
	return err
}

func (d *Device) openStreams(cfg Config) error {
	list, devices, err := survey()
	if err != nil {
		return err
	}
	in, inErr := choose(list, input, cfg.Input)
	out, outErr := choose(list, output, cfg.Output)
	if err := errors.Join(inErr, outErr); err != nil {
		return err
	}
	pair := pair{rate: cfg.Rate}
	if in != none {
		pair.in, d.input = devices[in], devices[in].Name
	}
	if out != none {
		pair.out, d.output = devices[out], devices[out].Name
	}
	return pair.start(d)
}

// firstSound waits until the card really runs.
func (d *Device) firstSound() error {
	if err := d.capture.heart.waitFor(firstSound, d.closed); err != nil {
		return err
	}
	return d.playback.heart.waitFor(firstSound, d.closed)
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
		Input:     d.latency.in.InputLatency,
		Output:    d.latency.out.OutputLatency,
	}
}
