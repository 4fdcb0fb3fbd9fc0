package portaudio

import (
	"sync/atomic"
	"time"

	"star18/audio"
)

// Limits of both directions; our own choices.
const (
	// ringTime is what a ring holds: more than the largest block of a card and
	// of a caller together.
	ringTime = 500 * time.Millisecond
	// longestPause between two frames is still someone who listens or plays.
	longestPause = 100 * time.Millisecond
	// slack is the lateness of a goroutine that is still ordinary.
	slack = 20 * time.Millisecond
	// convertBlock is how many samples of the card are converted at a time.
	convertBlock = 512
)

// capture brings the sound of the card to ReadFrame.
type capture struct {
	channels  int
	rate      int // of the frames
	ring      *ring
	heart     *heart
	overruns  atomic.Uint64
	full      atomic.Bool // the card has since had more than there was room for
	returned  time.Time   // end of the last read
	standing  standing
	resampler *audio.Resampler
	buffer    [convertBlock]int16
	block     []int16 // what is left of buffer
	silent    [convertBlock]int16
}

func newCapture(card, rate, channels int) (*capture, error) {
	resampler, err := audio.NewResampler(card, rate)
	if err != nil {
		return nil, err
	}
	return &capture{
		channels: channels, rate: rate, resampler: resampler, heart: newHeart(card),
		ring: newRing(inSamples(ringTime, card)),
	}, nil
}

func inSamples(d time.Duration, rate int) int { return int(d.Milliseconds()) * rate / 1000 }

// fromCard is called back with interleaved sound.
func (c *capture) fromCard(pcm []int16) {
	n := len(pcm) / c.channels
	if c.ring.write(pcm, c.channels) < n {
		c.full.Store(true)
	}
	c.heart.beat(n)
}

// fromNowhere is called back by the other direction when there is no
// microphone: silence, on the clock of the loudspeaker.
func (c *capture) fromNowhere(n int) {
	for left := n; left > 0; left -= convertBlock {
		c.ring.write(c.silent[:min(left, convertBlock)], 1)
	}
	c.heart.beat(n)
}

// read fills pcm.
func (c *capture) read(pcm []int16, closed <-chan struct{}) error {
	c.keepUp()
	defer func() { c.returned = time.Now() }()
	taken := len(pcm) * c.heart.rate / c.rate
	for {
		written, read := c.resampler.Process(pcm, c.block)
		pcm, c.block = pcm[written:], c.block[read:]
		if len(pcm) == 0 {
			c.ring.discard(c.standing.excess(c.ring.len()+len(c.block), taken, c.heart))
			return c.heart.paced()
		}
		n := c.ring.read(c.buffer[:], 1)
		c.block = c.buffer[:n]
		if n > 0 {
			continue
		}
		if err := c.heart.wait(closed); err != nil {
			return err
		}
	}
}

// keepUp drops sound that waited because the reader was away: it would be late
// for the rest of the call. It is an overrun only if the reader was late, and
// not if nobody listened for a while.
func (c *capture) keepUp() {
	block, rate := c.heart.block(), c.heart.rate
	late := c.ring.len() - inSamples(2*slack, rate) - 2*block
	if late > 0 {
		c.ring.discard(late + inSamples(slack, rate))
	}
	if lost := c.full.Swap(false) || late > 0; lost && time.Since(c.returned) <= longestPause {
		c.overruns.Add(1)
	}
}
