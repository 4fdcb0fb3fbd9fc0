package config

import (
	"star18/audio/dsp"
	"star18/cmd/internal/sound"
)

// Treatment is what audio asks to do to the microphone's sound.
func (a Audio) Treatment() sound.Treatment {
	return sound.Treatment{
		Echo:  sound.Choice(a.EchoCancellation),
		Noise: sound.Choice(a.NoiseSuppression),
		Gain:  sound.Choice(a.GainControl),
	}
}

// checkTreatment also warns of what was asked for and is not in this program.
func (l *loader) checkTreatment() {
	t := l.Settings.Audio.Treatment()
	for _, k := range []struct {
		key    string
		choice sound.Choice
	}{
		{"audio.echo_cancellation", t.Echo},
		{"audio.noise_suppression", t.Noise},
		{"audio.gain_control", t.Gain},
	} {
		if err := k.choice.Validate(); err != nil {
			l.bad(k.key, err.Error(), "write auto, on or off")
			continue
		}
		if k.choice == sound.On && dsp.Library() == "" {
			l.warn("%s is on, but this star18 was built without speexdsp and does not do it", k.key)
		}
	}
}
