package sound

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Kind is what a name begins with.
type Kind string

// The kinds. Silence and Null are the same; both names are customary.
const (
	Card    Kind = "card"
	File    Kind = "file"
	Tone    Kind = "tone"
	Silence Kind = "silence"
	Null    Kind = "null"
)

// Inputs and Outputs list what may be written, for error messages.
const (
	Inputs  = "card, card:NAME, file:PATH.wav, tone:HZ, silence or null"
	Outputs = "card, card:NAME, file:PATH.wav, silence or null"
)

// Spec is one parsed name.
type Spec struct {
	Kind Kind
	Name string  // of a card ("" is the default one) or a file
	Hz   float64 // of a tone
}

// String is the name again.
func (s Spec) String() string {
	switch {
	case s.Kind == Tone:
		return fmt.Sprintf("%s:%g", s.Kind, s.Hz)
	case s.Name != "":
		return string(s.Kind) + ":" + s.Name
	}
	return string(s.Kind)
}

// ErrSpec is wrapped by every refusal.
var ErrSpec = errors.New("is not a sound device")

// ParseInput reads where the microphone's sound comes from.
func ParseInput(text string) (Spec, error) { return parse(text) }

// ParseOutput reads where the sound of the far end goes.
func ParseOutput(text string) (Spec, error) {
	s, err := parse(text)
	if err == nil && s.Kind == Tone {
		return Spec{}, fmt.Errorf("%q %w to play to", text, ErrSpec)
	}
	return s, err
}

func parse(text string) (Spec, error) {
	kind, rest, named := strings.Cut(text, ":")
	s := Spec{Kind: Kind(kind), Name: rest}
	switch s.Kind {
	case Card:
		if named && rest == "" {
			return Spec{}, fmt.Errorf("%q %w: the name is missing", text, ErrSpec)
		}
		return s, nil
	case File:
		if rest == "" {
			return Spec{}, fmt.Errorf("%q %w: the path is missing", text, ErrSpec)
		}
		return s, nil
	case Tone:
		return parseTone(text, rest)
	case Silence, Null:
		if !named {
			return s, nil
		}
	}
	return Spec{}, fmt.Errorf("%q %w", text, ErrSpec)
}

// A tone must be below half of the lowest sample rate.
func parseTone(text, rest string) (Spec, error) {
	hz, err := strconv.ParseFloat(rest, 64)
	if err != nil || !(hz >= 1 && hz < 4000) {
		return Spec{}, fmt.Errorf("%q %w: a tone has from 1 to 3999 Hz", text, ErrSpec)
	}
	return Spec{Kind: Tone, Hz: hz}, nil
}
