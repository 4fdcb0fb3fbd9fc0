package portaudio

import (
	"sync/atomic"
	"time"
)

// A card breaks up when its own buffer runs dry. That many times within that
// long, and the buffer is too short for this machine; our own choice.
const (
	unsteadyBreaks = 3
	unsteadyWindow = 10 * time.Second
)

// unsteady counts how often the card's buffer ran dry: the library says so, or
// the card was away for longer than the buffer lasts.
type unsteady struct {
	lasts  atomic.Int64 // the buffer, in nanoseconds; 0: not watched
	final  bool         // there is no longer one to try
	breaks atomic.Uint64

	// of the goroutine that plays
	seen  uint64
	first time.Time // of those counted
	count int
}

// watch begins, when the stream runs and its buffer is known.
func (u *unsteady) watch(lasts time.Duration, final bool) {
	u.final = final
	u.lasts.Store(int64(lasts))
}

// beat is called back, with the pause before.
func (u *unsteady) beat(pause time.Duration) {
	if lasts := u.lasts.Load(); lasts > 0 && int64(pause) > lasts {
		u.breaks.Add(1)
	}
}

// verdict is ErrTooShort if a longer buffer should be tried.
func (u *unsteady) verdict(now time.Time) error {
	n := u.breaks.Load()
	if n == u.seen {
		return nil
	}
	if now.Sub(u.first) > unsteadyWindow {
		u.first, u.count = now, 0
	}
	u.count += int(n - u.seen)
	u.seen = n
	if u.count >= unsteadyBreaks && !u.final {
		return ErrTooShort
	}
	return nil
}
