package portaudio

import (
	"errors"
	"time"
)

// Reasons why a card cannot be used, or used any longer.
var (
	ErrNoCard   = errors.New("no sound card")
	ErrNotFound = errors.New("no sound device of that name")
	ErrStalled  = errors.New("sound card has stalled")
	ErrUnpaced  = errors.New("sound device keeps no pace")
	ErrTimeout  = errors.New("sound library does not answer")
)

// Info describes one device of the sound library.
type Info struct {
	Name          string
	HostAPI       string // ALSA, Core Audio, Windows WASAPI ...
	Inputs        int    // channels
	Outputs       int
	Rate          int // samples a second by default
	DefaultInput  bool
	DefaultOutput bool
}

// Config chooses the devices.
type Config struct {
	Input  string // part of a name in any case; empty is the default device
	Output string
	Rate   int // samples a second of the frames
}

// Stats of an open card.
type Stats struct {
	Overruns  uint64        // times that captured sound came faster than it was read
	Underruns uint64        // times that nothing was there to play
	Input     time.Duration // latency as the sound library states it
	Output    time.Duration
}

// OpenError is a failure with what the sound library printed about it, which
// is kept off the screen.
type OpenError struct {
	Err   error
	Noise string
}

func (e *OpenError) Error() string { return e.Err.Error() }
func (e *OpenError) Unwrap() error { return e.Err }
