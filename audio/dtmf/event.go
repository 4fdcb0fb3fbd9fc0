package dtmf

import (
	"errors"
	"fmt"
	"time"
)

// Event is a named event of RFC 4733 section 3.2: 0 to 9, star, pound, A to D.
type Event uint8

// Star and Pound are the keys beside 0; Flash is the hook flash (RFC 2833
// section 3.10), which has no tone.
const (
	Star  Event = 10
	Pound Event = 11
	Flash Event = 16
)

const keys = "0123456789*#ABCD"

// flashKey is how a hook flash is written among digits.
const flashKey = '!'

// ErrKey refuses what is on no telephone.
var ErrKey = errors.New("not a key of a telephone")

// String is the key, '!' for the hook flash.
func (e Event) String() string {
	switch {
	case int(e) < len(keys):
		return keys[e : e+1]
	case e == Flash:
		return string(flashKey)
	}
	return fmt.Sprintf("event %d", uint8(e))
}

// Known reports whether the event is a key or the hook flash.
func (e Event) Known() bool { return int(e) < len(keys) || e == Flash }

// Parse reads keys: 0 to 9, *, #, A to D in either case, ! for the hook flash.
func Parse(text string) ([]Event, error) {
	var events []Event
	for _, r := range text {
		e, ok := parseKey(r)
		if !ok {
			return nil, fmt.Errorf("%w: %q", ErrKey, r)
		}
		events = append(events, e)
	}
	return events, nil
}

func parseKey(r rune) (Event, bool) {
	if r >= 'a' && r <= 'd' {
		r += 'A' - 'a'
	}
	for i, k := range keys {
		if r == k {
			return Event(i), true
		}
	}
	return Flash, r == flashKey
}

// Press is one key, held for a time.
type Press struct {
	Event Event
	Held  time.Duration
}

// Timing of what we send: Q.24 lets no receiver ask for more than 40 ms of each,
// and the SPA plays its digits for 100 ms.
const (
	DefaultHeld = 100 * time.Millisecond
	Gap         = 50 * time.Millisecond // between two presses
)
