package rtpstream

import (
	"time"

	"star18/audio"
)

// hearing is a playout on its way to the device: whose clock and rate it has, and
// what it takes to bring that to the device's rate. The receive goroutine puts
// packets into the playout; the rest is the playout goroutine's.
type hearing struct {
	playout *audio.Playout
	sound   []int16          // a frame at the codec's rate
	to      *audio.Resampler // nil: it is the device's
}

// hearing prepares one for a codec.
func (s *Stream) hearing(codec audio.Codec) *hearing {
	return &hearing{
		playout: audio.NewPlayout(codec),
		sound:   make([]int16, int(time.Duration(codec.Rate())*s.ptime/time.Second)),
		to:      converter(codec.Rate(), s.device.Rate()),
	}
}

// get fills a frame of the device.
func (h *hearing) get(pcm []int16, now time.Time) {
	if h.to == nil {
		h.playout.Get(pcm, now)
		return
	}
	h.playout.Get(h.sound, now)
	h.to.Process(pcm, h.sound)
}
