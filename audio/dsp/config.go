package dsp

import (
	"errors"
	"time"
)

// Config says what is done to the microphone's sound.
type Config struct {
	Echo  bool // cancel what comes from the loudspeaker
	Noise bool // suppress steady noise
	Gain  bool // bring speech to one level
}

// Any says whether there is anything to do.
func (c Config) Any() bool { return c.Echo || c.Noise || c.Gain }

// Reasons why sound is not processed.
var (
	ErrNotBuilt = errors.New("built without speexdsp")
	ErrRate     = errors.New("no rate for sound processing")
)

// block is what is processed at a time: speexdsp advises 10 to 20 ms, and the
// shorter one costs less delay.
const block = 10 * time.Millisecond

// coarseRate is at which delays are sought: 0.25 ms is fine enough, and the
// lower the rate the less it costs.
const coarseRate = 4000

// toneRate is at which steady tones are recognised.
const toneRate = 8000

func samplesIn(d time.Duration, rate int) int {
	return int(int64(d) * int64(rate) / int64(time.Second))
}
