//go:build cgo

package portaudio

import (
	"fmt"

	"github.com/gordonklaus/portaudio"
)

// pair is the devices of both directions; nil if there is none.
type pair struct {
	in, out *portaudio.DeviceInfo
	rate    int // of the frames
}

// start opens and starts the streams of d. Each direction gets its own, for two
// devices have two clocks, and one that runs both through a sound server dies
// of the first underrun. Where a driver allows no second stream on a device,
// one runs both.
func (p pair) start(d *Device) error {
	if p.in == nil && p.out == nil {
		return fmt.Errorf("%w: no sound device present", ErrNoCard)
	}
	if p.in == nil || p.out == nil {
		return p.startTogether(d)
	}
	err := p.startApart(d)
	if err == nil || p.in != p.out {
		return err
	}
	d.stopStreams()
	return p.startTogether(d)
}

func (p pair) startApart(d *Device) error {
	if err := p.prepare(d); err != nil {
		return err
	}
	if err := d.startStream(p.in, nil); err != nil {
		return fmt.Errorf("input %q: %w", p.in.Name, err)
	}
	if err := d.startStream(nil, p.out); err != nil {
		return fmt.Errorf("output %q: %w", p.out.Name, err)
	}
	return nil
}

// startTogether runs both directions, or the only one, in one stream.
func (p pair) startTogether(d *Device) error {
	if err := p.prepare(d); err != nil {
		return err
	}
	return d.startStream(p.in, p.out)
}

// prepare makes both directions. One without a device runs on the clock, and so
// at the rate, of the other.
func (p pair) prepare(d *Device) (err error) {
	in, out := p.rates()
	if d.capture, err = newCapture(in, p.rate, 1); err != nil {
		return err
	}
	d.playback, err = newPlayback(out, p.rate, 1)
	return err
}

// rates of the card; a stream of both directions has one.
func (p pair) rates() (in, out int) {
	if p.in != nil {
		in = cardRate(p.in, input)
	}
	if p.out != nil {
		out = cardRate(p.out, output)
	}
	if p.in == nil {
		in = out
	}
	if p.out == nil {
		out = in
	}
	return in, out
}

// startStream tries one channel to hear with and two to play with, then what
// else cards insist on: some play a single channel on the left alone, some
// have no single channel.
func (d *Device) startStream(in, out *portaudio.DeviceInfo) (err error) {
	for _, channels := range [][2]int{{1, 2}, {2, 2}, {1, 1}} {
		d.capture.channels, d.playback.channels = channels[0], channels[1]
		if err = d.tryStream(in, out); err == nil {
			return nil
		}
	}
	return err
}

func (d *Device) tryStream(in, out *portaudio.DeviceInfo) error {
	p := portaudio.StreamParameters{FramesPerBuffer: portaudio.FramesPerBufferUnspecified}
	if out != nil {
		p.Output = portaudio.StreamDeviceParameters{Device: out, Channels: d.playback.channels, Latency: max(d.wanted, out.DefaultLowOutputLatency)}
		p.SampleRate = float64(d.playback.heart.rate)
	}
	if in != nil {
		p.Input = portaudio.StreamDeviceParameters{Device: in, Channels: d.capture.channels, Latency: max(d.wanted, in.DefaultLowInputLatency)}
		p.SampleRate = float64(d.capture.heart.rate)
	}
	stream, err := portaudio.OpenStream(p, d.callback(in != nil, out != nil))
	if err != nil {
		return err
	}
	if err := stream.Start(); err != nil {
		stream.Close()
		return err
	}
	d.streams = append(d.streams, stream)
	d.noteLatency(stream, in != nil, out != nil)
	return nil
}

func (d *Device) noteLatency(stream *portaudio.Stream, in, out bool) {
	info := stream.Info()
	if info == nil {
		return
	}
	if in {
		d.latency.in = *info
	}
	if out {
		d.latency.out = *info
		d.playback.unsteady.watch(max(info.OutputLatency, d.wanted), d.wanted >= LongestLatency)
	}
}

// callback is what the sound library calls for every block, on its own thread.
// A panic here would end the process, so it ends the sound instead: the stall
// watch notices.
func (d *Device) callback(hears, plays bool) func(in, out []int16, _ portaudio.StreamCallbackTimeInfo, flags portaudio.StreamCallbackFlags) {
	alone, raised := (d.input == "") != (d.output == ""), false
	heart := d.capture.heart
	if plays {
		heart = d.playback.heart
	}
	return func(in, out []int16, _ portaudio.StreamCallbackTimeInfo, flags portaudio.StreamCallbackFlags) {
		defer func() {
			if recover() != nil {
				clear(out)
			}
		}()
		if !raised && heart.even() {
			raised = true
			urgent()
		}
		d.count(flags)
		if plays {
			d.playback.toCard(out)
		} else if alone {
			d.playback.toNowhere(len(in) / d.capture.channels)
		}
		if hears {
			d.capture.fromCard(in)
		} else if alone {
			d.capture.fromNowhere(len(out) / d.playback.channels)
		}
	}
}

// count takes note of what the library itself has lost.
func (d *Device) count(flags portaudio.StreamCallbackFlags) {
	if flags&portaudio.InputOverflow != 0 {
		d.capture.full.Store(true)
	}
	if flags&portaudio.OutputUnderflow != 0 {
		d.playback.ranDry()
		d.playback.unsteady.breaks.Add(1)
	}
}
