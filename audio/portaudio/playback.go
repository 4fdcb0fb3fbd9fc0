package portaudio

import (
	"sync/atomic"
	"time"

	"star18/audio"
)

// cushionLeast is ready however small the card's blocks are: a goroutine is not
// woken on the instant. Our own choice.
const cushionLeast = 5 * time.Millisecond

// playback brings the sound of WriteFrame to the card.
type playback struct {
	channels  int
	ring      *ring
	heart     *heart
	underruns atomic.Uint64
	flowing   bool        // of the callback: the last one found all that it wanted
	dry       atomic.Bool // the card has since wanted more than there was
	cushion   cushion     // kept ready on top
	unsteady  unsteady
	returned  time.Time // end of the last write
	resampler *audio.Resampler
	buffer    [convertBlock]int16
	nobody    [convertBlock]int16
}

func newPlayback(card, rate, channels int) (*playback, error) {
	resampler, err := audio.NewResampler(rate, card)
	if err != nil {
		return nil, err
	}
	return &playback{
		channels: channels, resampler: resampler, heart: newHeart(card),
		ring: newRing(inSamples(ringTime, card)),
	}, nil
}

// toCard is called back for interleaved sound. What is missing is silence.
func (p *playback) toCard(pcm []int16) {
	n := p.ring.read(pcm, p.channels)
	clear(pcm[n*p.channels:])
	p.flowed(n == len(pcm)/p.channels, n)
	p.unsteady.beat(p.heart.beat(len(pcm) / p.channels))
}

// toNowhere is called back by the other direction when there is no
// loudspeaker.
func (p *playback) toNowhere(n int) {
	got := 0
	for left := n; left > 0; left -= convertBlock {
		got += p.ring.read(p.nobody[:min(left, convertBlock)], 1)
	}
	p.flowed(got == n, got)
	p.heart.beat(n)
}

func (p *playback) flowed(whole bool, n int) {
	if !whole && p.flowing {
		p.ranDry()
	}
	p.flowing = whole && n > 0
}

func (p *playback) ranDry() { p.dry.Store(true) }

// learn counts an underrun, unless the card ran dry because nobody played, and
// thickens the cushion: the card asks for its blocks less evenly than it says,
// or this machine is busy.
func (p *playback) learn() {
	now := time.Now()
	if !p.dry.Swap(false) || now.Sub(p.returned) > longestPause {
		p.cushion.rest(now)
		return
	}
	p.underruns.Add(1)
	p.cushion.grow(now)
}

// write queues pcm, then waits until the card is about to need the next frame.
// It waits after queueing and not before, so that what the caller fetches next
// is as fresh as can be.
func (p *playback) write(pcm []int16, closed <-chan struct{}) error {
	p.learn()
	defer func() { p.returned = time.Now() }()
	if err := p.unsteady.verdict(p.returned); err != nil {
		return err
	}
	if p.ring.len() > p.reserve()+inSamples(slack, p.heart.rate) {
		pcm = nil // the card was away: what waits already will be late enough
	}
	for len(pcm) > 0 {
		written, read := p.resampler.Process(p.buffer[:], pcm)
		pcm = pcm[read:]
		if err := p.queue(p.buffer[:written], closed); err != nil {
			return err
		}
	}
	for p.ring.len() > p.reserve() {
		if err := p.heart.wait(closed); err != nil {
			return err
		}
	}
	return p.heart.paced()
}

// reserve is what must lie ready when the caller goes for the next frame: the
// card's next block, and what experience adds.
func (p *playback) reserve() int {
	return max(p.heart.block(), inSamples(cushionLeast, p.heart.rate)) + inSamples(p.cushion.thick, p.heart.rate)
}

func (p *playback) queue(pcm []int16, closed <-chan struct{}) error {
	for {
		pcm = pcm[p.ring.write(pcm, 1):]
		if len(pcm) == 0 {
			return nil
		}
		if err := p.heart.wait(closed); err != nil {
			return err
		}
	}
}
