//go:build cgo

package portaudio

import (
	"fmt"
	"time"

	"github.com/gordonklaus/portaudio"
)

// Time limits on the sound library, which may hang for good in a driver.
const (
	openLimit  = 8 * time.Second
	closeLimit = 3 * time.Second
)

// gate is held by whoever is inside the sound library, which is not safe for
// concurrent use. A call that hangs keeps it, and the next one times out.
var gate = make(chan struct{}, 1)

// inside runs f in the sound library, with its noise kept off the screen, for
// at most limit. If f succeeds after that, undo runs, still inside.
func inside(what string, limit time.Duration, f func() error, undo func()) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case gate <- struct{}{}:
	case <-timer.C:
		return fmt.Errorf("%s: %w: an earlier call hangs", what, ErrTimeout)
	}
	quiet := newHush()
	done, abandoned := make(chan error), make(chan struct{})
	go func() {
		// The gate opens only when stderr has been given back: the next to
		// enter would take our pipe for the real one.
		defer func() { <-gate }()
		err := f()
		quiet.end()
		select {
		case done <- err:
		case <-abandoned:
			if err == nil {
				undo()
			}
		}
	}()
	select {
	case err := <-done:
		return noisy(err, quiet.end())
	case <-timer.C:
		close(abandoned)
		return noisy(fmt.Errorf("%s: %w", what, ErrTimeout), quiet.end())
	}
}

func noisy(err error, noise string) error {
	if err == nil || noise == "" {
		return err
	}
	return &OpenError{err, noise}
}

// Devices lists the devices that are there now.
func Devices() ([]Info, error) {
	var list []Info
	err := inside("list sound devices", openLimit, func() error {
		if err := portaudio.Initialize(); err != nil {
			return fmt.Errorf("start sound library: %w", err)
		}
		defer portaudio.Terminate()
		var err error
		list, _, err = survey()
		return err
	}, func() {})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// survey describes the devices, in the library's order.
func survey() ([]Info, []*portaudio.DeviceInfo, error) {
	devices, err := portaudio.Devices()
	if err != nil {
		return nil, nil, fmt.Errorf("list sound devices: %w", err)
	}
	in, _ := portaudio.DefaultInputDevice() // absent without a microphone
	out, _ := portaudio.DefaultOutputDevice()
	list := make([]Info, len(devices))
	for i, d := range devices {
		list[i] = Info{
			Name: d.Name, HostAPI: d.HostApi.Name,
			Inputs: d.MaxInputChannels, Outputs: d.MaxOutputChannels, Rate: int(d.DefaultSampleRate),
			InputLatency: d.DefaultLowInputLatency, OutputLatency: d.DefaultLowOutputLatency,
			DefaultInput: d == in, DefaultOutput: d == out,
		}
	}
	return list, devices, nil
}
