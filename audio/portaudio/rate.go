//go:build cgo

package portaudio

import "github.com/gordonklaus/portaudio"

// serverRate is what sound servers, and the hardware of nearly every card, run
// at today.
const serverRate = 48000

// cardRate is the rate to open a device at: its own. For ALSA the library names
// 44100 Hz for whatever can do that, also where everything below runs at 48000;
// a sound server that must resample then asks for sound in bursts, and one with
// a short buffer for more than it can play.
func cardRate(d *portaudio.DeviceInfo, dir direction) int {
	own := int(d.DefaultSampleRate)
	if d.HostApi.Type != portaudio.ALSA || own == serverRate {
		return own
	}
	p := portaudio.StreamParameters{SampleRate: serverRate}
	side := portaudio.StreamDeviceParameters{Device: d, Channels: 1, Latency: LeastLatency}
	if dir == input {
		p.Input = side
	} else {
		p.Output = side
	}
	if portaudio.IsFormatSupported(p, func(_, _ []int16) {}) != nil {
		return own
	}
	return serverRate
}
