package portaudio

import "time"

// Our own choices for the sound kept ready beyond what the card takes next.
const (
	// cushionStep is the growth of the cushion with each underrun, cushionMost
	// its limit.
	cushionStep = 5 * time.Millisecond
	cushionMost = 40 * time.Millisecond
	// calmLeast is how long there must be no underrun for the cushion to shrink by
	// a step. Where that was one step too many it is twice as long the next time,
	// up to calmMost.
	calmLeast = 20 * time.Second
	calmMost  = 10 * time.Minute
)

// cushion is as thick as underruns have shown that it must be, and thinner again
// when the machine is less busy. It belongs to the goroutine that plays.
type cushion struct {
	thick  time.Duration
	calm   time.Duration // how long it keeps its thickness; 0: not known
	since  time.Time     // of the last change
	shrunk bool          // the last change was to less
}

// grow learns from an underrun.
func (c *cushion) grow(now time.Time) {
	if c.calm = max(c.calm, calmLeast); c.shrunk {
		c.calm = min(2*c.calm, calmMost)
	}
	c.thick, c.since, c.shrunk = min(c.thick+cushionStep, cushionMost), now, false
}

// rest learns that there was none.
func (c *cushion) rest(now time.Time) {
	if c.thick > 0 && now.Sub(c.since) >= c.calm {
		c.thick, c.since, c.shrunk = c.thick-cushionStep, now, true
	}
}
