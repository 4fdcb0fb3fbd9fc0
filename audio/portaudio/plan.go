package portaudio

import (
	"errors"
	"fmt"
	"slices"
)

// plan is one choice of devices, by their places in the list; none is silence.
type plan struct{ in, out int }

// choosePair is what to try to open, in this order: what is wanted, and where a
// stand-in is allowed the default device for one direction, for the other, and for
// both. The error says what of the wanted is not there; without a stand-in there
// is no plan then.
func choosePair(list []Info, cfg Config) ([]plan, error) {
	in, inErr := cfg.choose(list, input, cfg.Input)
	out, outErr := cfg.choose(list, output, cfg.Output)
	err := both(inErr, outErr)
	if !cfg.StandIn {
		if err != nil {
			return nil, err
		}
		return []plan{{in, out}}, nil
	}
	anyIn, _ := cfg.choose(list, input, "")
	anyOut, _ := cfg.choose(list, output, "")
	if inErr != nil {
		in = anyIn
	}
	if outErr != nil {
		out = anyOut
	}
	var plans []plan
	for _, p := range []plan{{in, out}, {anyIn, out}, {in, anyOut}, {anyIn, anyOut}} {
		if !slices.Contains(plans, p) {
			plans = append(plans, p)
		}
	}
	return plans, err
}

// both are two reasons in one line.
func both(a, b error) error {
	switch {
	case a == nil || b == nil:
		return errors.Join(a, b)
	case errors.Is(a, ErrNoCard) && errors.Is(b, ErrNoCard):
		return fmt.Errorf("%w: no input and no output device present", ErrNoCard)
	}
	return fmt.Errorf("%w, %w", a, b)
}

// choose finds the device of one direction; none if that is not wanted, and with
// an error if there is none.
func (c Config) choose(list []Info, d direction, name string) (int, error) {
	if c.Only == OnlyInput && d == output || c.Only == OnlyOutput && d == input {
		return none, nil
	}
	found, err := choose(list, d, name)
	if err == nil && found == none {
		err = fmt.Errorf("%w: no %s device present", ErrNoCard, d)
	}
	return found, err
}
