package portaudio

import (
	"testing"
	"time"
)

// A cushion grows to its limit, and is given up step by step when all is calm; a
// machine that always needs it gives up less and less often.
func TestCushion(t *testing.T) {
	var c cushion
	now := time.Unix(1000, 0)
	for range 100 {
		c.grow(now)
	}
	if c.thick != cushionMost {
		t.Errorf("%v thick after many underruns", c.thick)
	}
	steps := 0
	for began := now; c.thick > 0 && steps < 100; steps++ {
		if now = now.Add(calmLeast - 1); c.thick != cushionMost-time.Duration(steps)*cushionStep {
			t.Fatalf("%v thick after %v", c.thick, now.Sub(began))
		}
		c.rest(now)
		now = now.Add(1)
		c.rest(now)
	}
	if steps != int(cushionMost/cushionStep) {
		t.Errorf("gone after %d steps", steps)
	}
	c.rest(now.Add(time.Hour))
	if c.thick != 0 {
		t.Errorf("%v thick", c.thick)
	}
}

func TestCushionThatIsNeeded(t *testing.T) {
	var c cushion
	start := time.Unix(1000, 0)
	underruns := 0
	for now := start; now.Sub(start) < time.Hour; now = now.Add(20 * time.Millisecond) {
		if c.thick < 2*cushionStep {
			underruns++
			c.grow(now)
		}
		c.rest(now)
	}
	if underruns > 12 { // two at first, then after 20 s, 40 s ... 10 min
		t.Errorf("%d underruns in an hour", underruns)
	}
}
