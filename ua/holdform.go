package ua

import (
	"errors"
	"fmt"
)

// HoldForm is how a description says hold.
type HoldForm string

// The forms: a=sendonly alone (RFC 3264 8.4), or with the address 0.0.0.0 of
// RFC 2543, which old devices need.
const (
	HoldSendOnly HoldForm = "sendonly"
	HoldZero     HoldForm = "zero"
)

func (h HoldForm) String() string { return string(h) }

var errHoldForm = errors.New("no way to hold")

// Validate refuses another word.
func (h HoldForm) Validate() error {
	if h != HoldSendOnly && h != HoldZero {
		return fmt.Errorf("%w: %q", errHoldForm, string(h))
	}
	return nil
}
