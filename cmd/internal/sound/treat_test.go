package sound

import (
	"errors"
	"testing"

	"star18/audio/dsp"
)

// Auto is on where somebody speaks and listens through a card; what comes from a
// file or a generator stays bit for bit as it is, unless it is asked for.
func TestTreatment(t *testing.T) {
	card, file, tone := Spec{Kind: Card}, Spec{Kind: File, Name: "a.wav"}, Spec{Kind: Tone, Hz: 440}
	auto := Treatment{Echo: Auto, Noise: Auto, Gain: Auto}
	for _, tt := range []struct {
		t       Treatment
		in, out Spec
		want    dsp.Config
	}{
		{auto, card, card, dsp.Config{Echo: true, Noise: true, Gain: true}},
		{auto, card, file, dsp.Config{Noise: true, Gain: true}},
		{auto, file, card, dsp.Config{}},
		{auto, tone, Spec{Kind: Silence}, dsp.Config{}},
		{Treatment{Echo: Off, Noise: Off, Gain: Auto}, card, card, dsp.Config{Gain: true}},
		{Treatment{Echo: On, Noise: On, Gain: Off}, file, file, dsp.Config{Echo: true, Noise: true}},
		{Treatment{}, card, card, dsp.Config{}},
	} {
		if got := tt.t.config(tt.in, tt.out); got != tt.want {
			t.Errorf("%v from %v to %v: %+v, want %+v", tt.t, tt.in.Kind, tt.out.Kind, got, tt.want)
		}
	}
}

func TestChoice(t *testing.T) {
	for _, c := range []Choice{Auto, On, Off} {
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", c, err)
		}
	}
	for _, c := range []Choice{"", "yes", "On"} {
		if err := c.Validate(); !errors.Is(err, ErrChoice) {
			t.Errorf("%s: %v", c, err)
		}
	}
}

// A device without a treatment is handed on as it is.
func TestNothingToTreat(t *testing.T) {
	o := &Opener{In: Spec{Kind: Tone, Hz: 440}, Out: Spec{Kind: Null}, Treatment: Treatment{Echo: Auto, Noise: Auto, Gain: Auto}}
	d, err := o.Open(8000)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, treated := d.(*dsp.Device); treated {
		t.Error("a tone is treated like a microphone")
	}
}
