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
	ErrTooShort = errors.New("sound card breaks up with so short a buffer")
)

// Info describes one device of the sound library.
type Info struct {
	Name          string
	HostAPI       string // ALSA, Core Audio, Windows WASAPI ...
	Inputs        int    // channels
	Outputs       int
	Rate          int           // samples a second by default
	InputLatency  time.Duration // the least, as the driver states it
	OutputLatency time.Duration
	DefaultInput  bool
	DefaultOutput bool
}

// Directions are those that a device is opened for.
type Directions uint8

// Both directions, or only one.
const (
	Both Directions = iota
	OnlyInput
	OnlyOutput
)

// Config chooses the devices.
type Config struct {
	Only   Directions
	Input  string // part of a name in any case; empty is the default device
	Output string
	Rate   int // samples a second of the frames
	// Latency is how much sound the card may keep on its way; 0 is the least, and
	// from LongestLatency on drop-outs are only counted.
	Latency time.Duration
	// StandIn lets the default device take the place of one that is missing or
	// cannot be opened, and silence that of a default that is not there.
	StandIn bool
}

// LeastLatency is asked of a card first. Less gained nothing with PulseAudio
// behind ALSA, whose own blocks are of 10 ms.
const LeastLatency = 10 * time.Millisecond

// LongestLatency is what breaks up no more, or for other reasons.
const LongestLatency = 80 * time.Millisecond

// Stats of an open card.
type Stats struct {
	Overruns  uint64        // times that captured sound came faster than it was read
	Underruns uint64        // times that nothing was there to play
	Breaks    uint64        // times that the card itself broke up
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
