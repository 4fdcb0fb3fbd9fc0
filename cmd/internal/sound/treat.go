package sound

import (
	"errors"
	"fmt"

	"star18/audio"
	"star18/audio/dsp"
)

// Choice is whether something is done to the microphone's sound.
type Choice string

// The choices. Auto is on where it is of use: noise and gain for a card's
// microphone, echo if a card plays as well. Files, tones and silence stay bit
// for bit as they are.
const (
	Auto Choice = "auto"
	On   Choice = "on"
	Off  Choice = "off"
)

// ErrChoice is wrapped by every refusal.
var ErrChoice = errors.New("is not auto, on or off")

// Validate refuses what is no choice.
func (c Choice) Validate() error {
	switch c {
	case Auto, On, Off:
		return nil
	}
	return fmt.Errorf("%q %w", string(c), ErrChoice)
}

// Treatment is what is done to the microphone's sound.
type Treatment struct{ Echo, Noise, Gain Choice }

// config decides what auto means between these two.
func (t Treatment) config(in, out Spec) dsp.Config {
	microphone := in.Kind == Card
	return dsp.Config{
		Echo:  t.Echo.or(microphone && out.Kind == Card),
		Noise: t.Noise.or(microphone),
		Gain:  t.Gain.or(microphone),
	}
}

func (c Choice) or(auto bool) bool { return c == On || c == Auto && auto }

// treat puts the treatment around a device that was opened. In a build without
// speexdsp, of which version and config check tell, sound stays as it is.
func (o *Opener) treat(d audio.Device, in, out Spec) audio.Device {
	cfg := o.Treatment.config(in, out)
	if !cfg.Any() {
		return d
	}
	treated, err := dsp.Wrap(d, cfg)
	if err != nil {
		return d
	}
	return treated
}
