package audio

import (
	"testing"
	"time"
)

// at runs a vigil until it wants something done, and says after how long.
func (v *vigil) at(now *time.Time) (step, time.Duration) {
	next, rest := v.next(*now)
	*now = now.Add(rest)
	if next == stepRest && rest > 0 {
		next, _ = v.next(*now)
	}
	return next, rest
}

// What cannot be opened is tried again, less and less often.
func TestVigilBacksOff(t *testing.T) {
	var v vigil
	now := time.Now()
	var rests []time.Duration
	for range 8 {
		next, rest := v.at(&now)
		if next != stepOpen {
			t.Fatalf("wants to %v, want to open", next)
		}
		rests = append(rests, rest)
		v.missing(now)
	}
	ms := time.Millisecond
	want := []time.Duration{0, 250 * ms, 500 * ms, time.Second, 2 * time.Second, 2 * time.Second, 2 * time.Second, 2 * time.Second}
	for i := range want {
		if rests[i] != want[i] {
			t.Fatalf("attempts after %v, want %v", rests, want)
		}
	}
}

// One that ran well is opened again at once; one that fails each time it was
// opened, at the pace of the retries.
func TestVigilOfAFlappingDevice(t *testing.T) {
	var v vigil
	now := time.Now()
	v.opened(now, false)
	if next, rest := v.next(now.Add(time.Hour)); next != stepRest || rest != 0 {
		t.Fatalf("a device that runs: %v after %v, want nothing ever", next, rest)
	}
	now = now.Add(time.Minute)
	v.lost(now)
	if next, rest := v.at(&now); next != stepOpen || rest != 0 {
		t.Fatalf("lost after a minute: %v after %v, want to open at once", next, rest)
	}
	attempts := 0
	for start := now; now.Sub(start) < time.Minute; attempts++ {
		if next, _ := v.at(&now); next != stepOpen {
			t.Fatalf("wants to %v", next)
		}
		v.opened(now, false)
		now = now.Add(100 * time.Millisecond)
		v.lost(now)
	}
	if attempts < 20 || attempts > 40 {
		t.Errorf("opened %d times in a minute", attempts)
	}
}

// A stand-in is used until the wanted device is back, which is looked for.
func TestVigilLooksForTheWantedDevice(t *testing.T) {
	var v vigil
	now := time.Now()
	v.opened(now, true)
	for range 3 {
		if next, rest := v.at(&now); next != stepLook || rest != lookAgain {
			t.Fatalf("%v after %v, want to look every %v", next, rest, lookAgain)
		}
		v.missing(now)
	}
	v.at(&now)
	v.opened(now, false)
	if next, rest := v.next(now); next != stepRest || rest != 0 {
		t.Errorf("back: %v after %v", next, rest)
	}
}
