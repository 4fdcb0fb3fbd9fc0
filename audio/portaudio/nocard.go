//go:build !cgo

package portaudio

import (
	"fmt"

	"star18/audio"
)

var errNotBuilt = fmt.Errorf("%w: built without sound card support", ErrNoCard)

// Device is never opened in this build.
type Device struct{ audio.Device }

// Devices lists nothing.
func Devices() ([]Info, error) { return nil, errNotBuilt }

// Library is none.
func Library() string { return "" }

// Open always fails.
func Open(Config) (*Device, error) { return nil, errNotBuilt }

// Names are those of no device.
func (d *Device) Names() (input, output string) { return "", "" }

// Stats are those of no device.
func (d *Device) Stats() Stats { return Stats{} }

// StandIn is nil: no device is in use.
func (d *Device) StandIn() error { return nil }
