package audio

import "time"

// NewEcho is a device that hears what it plays, at the system's pace: who calls it
// hears himself. What waits between the two is bounded, and the newest counts.
func NewEcho(rate int) Device {
	d := newClocked(rate)
	between := newFifo(samplesIn(2*longestFrame, rate))
	slack := samplesIn(echoSlack, rate)
	d.play = func(pcm []int16) error {
		between.put(pcm, len(pcm)+slack)
		return nil
	}
	d.capture = func(pcm []int16) error {
		between.take(pcm)
		return nil
	}
	return d
}

// echoSlack covers two callers whose frames do not meet.
const echoSlack = 20 * time.Millisecond
