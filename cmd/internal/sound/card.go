package sound

import (
	"star18/audio"
	"star18/audio/portaudio"
)

// openCard opens a card for both directions. A caller that wants one of them
// leaves the other alone.
func openCard(in, out string, rate int) (audio.Device, error) {
	d, err := portaudio.Open(portaudio.Config{Input: in, Output: out, Rate: rate})
	if err != nil {
		return nil, err // not d: a nil *Device is no nil Device
	}
	return d, nil
}

// Cards lists the sound devices of this machine.
func Cards() ([]portaudio.Info, error) { return portaudio.Devices() }
