package echo

import (
	"time"

	"star18/audio"
)

// ends is the device with an ear at both its ends: what is captured goes to one
// stream, what is played comes from another.
type ends struct {
	audio.Device
	closed chan struct{}

	way *audio.Sounding // from the microphone's frame to the loudspeaker's
	air *audio.Sounding // and on through the air to the microphone's again

	sent, played *audio.Meter
}

func newEnds(d audio.Device) *ends {
	rate := d.Rate()
	return &ends{
		Device: d, closed: make(chan struct{}),
		way: audio.NewSounding(rate, tick), air: audio.NewSounding(rate, tick),
		sent: audio.NewMeter(rate), played: audio.NewMeter(rate),
	}
}

// ReadFrame listens for the tick from the air before it mixes in the next one.
func (e *ends) ReadFrame(pcm []int16) error {
	if err := e.read(pcm); err != nil {
		return err
	}
	now := time.Now()
	e.air.Hear(pcm, now.Add(-e.length(len(pcm))))
	if began, sent := e.way.Send(pcm, now); sent {
		e.air.Leaves(began)
	}
	e.sent.Add(pcm)
	return nil
}

func (e *ends) read(pcm []int16) error {
	if e.isClosed() {
		return audio.ErrClosed
	}
	return e.Device.ReadFrame(pcm)
}

// WriteFrame finds the tick in what is about to be played.
func (e *ends) WriteFrame(pcm []int16) error {
	if e.isClosed() {
		return audio.ErrClosed
	}
	e.way.Hear(pcm, time.Now())
	e.played.Add(pcm)
	return e.Device.WriteFrame(pcm)
}

// Close ends both directions with their frames; the device stays its owner's.
func (e *ends) Close() error {
	if !e.isClosed() {
		close(e.closed)
	}
	return nil
}

func (e *ends) isClosed() bool {
	select {
	case <-e.closed:
		return true
	default:
		return false
	}
}

func (e *ends) length(samples int) time.Duration {
	return time.Duration(samples) * time.Second / time.Duration(e.Rate())
}
