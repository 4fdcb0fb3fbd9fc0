package audio

import "math"

// Our own choices for what counts as background.
const (
	// loudestBackground (RMS, -44 dBm0) is the most that is made up in a pause:
	// whatever is louder all the time, such as a tone, is no background.
	loudestBackground = 100
	// backgroundRise is how fast the floor follows a background that grows, in
	// dB a second: a sentence without a pause must not lift it to its own level.
	backgroundRise = 3
	// backgroundBand is how far above the floor sound still is background.
	backgroundBand = 2.5 // of power, 4 dB
	// backgroundSlow is the part of the estimate that each packet leaves.
	backgroundSlow = 0.9
)

// background follows the noise behind the speech by the minima of its power.
type background struct {
	rate  int
	floor float64 // power; 0: nothing heard yet
	known bool
	r     [noiseOrder + 1]float64 // autocorrelation of a sample
}

// hear takes real sound, a packet at a time.
func (b *background) hear(pcm []int16) {
	if len(pcm) <= noiseOrder {
		return
	}
	power := 0.0
	for _, v := range pcm {
		power += float64(v) * float64(v)
	}
	power = max(1, power/float64(len(pcm)))
	seconds := float64(len(pcm)) / float64(b.rate)
	b.floor *= math.Pow(10, backgroundRise*seconds/10)
	if b.floor == 0 || power < b.floor {
		b.floor = power
	}
	if power <= b.floor*backgroundBand && power <= loudestBackground*loudestBackground {
		b.learn(pcm)
	}
}

func (b *background) learn(pcm []int16) {
	slow := backgroundSlow
	if !b.known {
		slow = 0
	}
	b.known = true
	for lag := range b.r {
		sum := 0.0
		for n := lag; n < len(pcm); n++ {
			sum += float64(pcm[n]) * float64(pcm[n-lag])
		}
		b.r[lag] = slow*b.r[lag] + (1-slow)*sum/float64(len(pcm))
	}
}

// shape is what was found: silence until something was.
func (b *background) shape() noiseShape { return shapeFrom(&b.r, 1) }
