package portaudio

import (
	"errors"
	"testing"
	"time"
)

// Three breaks within ten seconds ask for a longer buffer, if there is one; fewer,
// or rarer ones, do not.
func TestUnsteadyCardWantsALongerBuffer(t *testing.T) {
	start := time.Now()
	for _, c := range []struct {
		name   string
		breaks []time.Duration // when
		final  bool
		want   error
	}{
		{"two", []time.Duration{0, time.Second}, false, nil},
		{"three", []time.Duration{0, time.Second, 9 * time.Second}, false, ErrTooShort},
		{"three, rarely", []time.Duration{0, 9 * time.Second, 18 * time.Second}, false, nil},
		{"many, and no longer buffer", []time.Duration{0, 1, 2, 3, 4, 5, 6, 7}, true, nil},
	} {
		var u unsteady
		u.watch(10*time.Millisecond, c.final)
		u.beat(9 * time.Millisecond) // in time
		var err error
		for _, at := range c.breaks {
			u.beat(11 * time.Millisecond)
			err = u.verdict(start.Add(at))
		}
		if !errors.Is(err, c.want) || u.breaks.Load() != uint64(len(c.breaks)) {
			t.Errorf("%s: %v after %d breaks, want %v", c.name, err, u.breaks.Load(), c.want)
		}
	}
}
