package portaudio

import "time"

// standingWindow is how long sound must have waited in vain to be given up; our
// own choice, longer than any card's rhythm of blocks.
const standingWindow = 500 * time.Millisecond

// standing finds captured sound that stands in the ring and only adds delay: the
// level that the reader has never gone below for a while. A start or a hiccup
// leaves it, and without this it would stay for the rest of the call.
type standing struct {
	least int // level since
	since int // samples ago
}

// excess is told the level after each frame and the samples that the frame took,
// and says how many of them to drop.
func (s *standing) excess(level, taken int, h *heart) int {
	if s.since == 0 || level < s.least {
		s.least = level
	}
	s.since += max(taken, 1)
	if s.since < inSamples(standingWindow, h.rate) {
		return 0
	}
	s.since = 0
	keep := h.block() + inSamples(standingMargin, h.rate)
	return max(0, s.least-keep)
}

// standingMargin stays, beside one block, for a reader that is not quite even.
const standingMargin = 3 * time.Millisecond
