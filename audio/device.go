package audio

import "errors"

// Device is a microphone and a loudspeaker with one pace. ReadFrame is called
// by one goroutine, WriteFrame by another, Close by anyone.
type Device interface {
	// Rate is the number of samples per second of the frames read and written.
	// A device whose card runs at another rate resamples inside.
	Rate() int
	// ReadFrame blocks until len(pcm) samples were captured.
	ReadFrame(pcm []int16) error
	// WriteFrame queues pcm for playing and blocks so that its caller runs at
	// the device's pace.
	WriteFrame(pcm []int16) error
	// Close unblocks both and may be called again. Afterwards both return
	// ErrClosed.
	Close() error
}

// ErrClosed is what a device returns after Close.
var ErrClosed = errors.New("audio device closed")

// DeviceCounts are the times that a card lost sound.
type DeviceCounts struct {
	Overruns  uint64 `json:"overruns"`  // captured faster than it was read
	Underruns uint64 `json:"underruns"` // nothing was there to play
	Breaks    uint64 `json:"breaks"`    // the card's own buffer ran dry
}

// Since are the counts that came after those before.
func (c DeviceCounts) Since(before DeviceCounts) DeviceCounts {
	return DeviceCounts{c.Overruns - before.Overruns, c.Underruns - before.Underruns, c.Breaks - before.Breaks}
}
