package dsp

import "math"

// engine is the arithmetic: speexdsp, or a fake in tests.
type engine interface {
	// run processes one block in place. far is what was played at the time that
	// is heard now; nil without echo. It returns the energy before and after
	// the canceller.
	run(pcm, far []int16, h hold) (before, after float64)
	// learn shows the canceller what was heard before, with its partner.
	learn(pcm, far []int16)
	// forget drops what the canceller has learnt.
	forget()
	close()
}

// hold is what must not act on a block.
type hold struct {
	noise bool // suppress nothing
	gain  bool // keep the gain as it is
}

// chain is the way of the microphone's sound through the package. It belongs to
// the goroutine that reads.
type chain struct {
	cfg    Config
	ratio  int64 // of the rate to coarseRate
	engine engine

	played, heard       *coarse
	far, near           *history[int16] // what was played and heard, at the full rate
	playedLow, heardLow *history[float32]
	partner, again      []int16
	wider               []int16 // partner and what it is made of

	estimator *estimator
	aligner   aligner
	drift     drift
	usual     int64 // place heard less place played, as it was found last
	tone      steady
	quiet     int // blocks since the far end was heard
	idle      int // blocks since something was played, sound or silence
	away      int // blocks since the places differ by more than usual
	watch     watch
	taught    int // blocks in which the canceller could learn since it began
}

func newChain(rate int, cfg Config, e engine) (*chain, error) {
	played, err := newCoarse(rate)
	if err != nil {
		return nil, err
	}
	heard, err := newCoarse(rate)
	if err != nil {
		return nil, err
	}
	n := samplesIn(block, rate)
	return &chain{
		cfg: cfg, ratio: int64(rate / coarseRate), engine: e, played: played, heard: heard,
		far: newHistory[int16](rate), near: newHistory[int16](rate), playedLow: newHistory[float32](2 * coarseRate), heardLow: newHistory[float32](2 * coarseRate),
		partner: make([]int16, n), again: make([]int16, n), wider: make([]int16, n+betweenTaps-1), estimator: newEstimator(),
	}, nil
}

// play adds a block, or less, of what was played.
func (c *chain) play(pcm []int16) {
	if !c.cfg.Echo || len(pcm) == 0 {
		return
	}
	c.idle = 0
	c.far.add(pcm...)
	_, low := c.played.take(pcm)
	c.playedLow.add(low...)
	if mean(pcm) > farLevel {
		c.quiet = 0
	}
}

// farLevel is the mean square at which the far end counts as heard: -50 dBFS.
const farLevel = 10000

// echoes is how long a room may answer after the far end fell silent, in blocks.
const echoes = 40

// hear processes one block of what is heard, in place.
func (c *chain) hear(pcm []int16) {
	tone, low := c.heard.take(pcm)
	c.tone.take(tone)
	c.quiet++
	c.idle++
	var far []int16
	if c.cfg.Echo {
		far = c.follow(pcm, low)
	}
	before, after := c.engine.run(pcm, far, hold{
		noise: c.tone.held(),
		gain:  c.tone.suspect() || c.quiet < echoes,
	})
	if far != nil {
		c.supervise(c.watch.judge(before, after))
	}
}

// supervise acts on what the watch says. What the estimator knew is forgotten with
// a canceller that fails: if the delay has changed it then finds the new one in
// half the time.
func (c *chain) supervise(v verdict) {
	switch v {
	case diverged:
		c.begin(c.near.end)
	case lost:
		c.estimator.restart(c.estimator.anchor)
	}
}

// follow finds the partner of a block; nil as long as no echo was found.
func (c *chain) follow(pcm []int16, low []float32) []int16 {
	from := c.near.end
	c.near.add(pcm...)
	c.heardLow.add(low...)
	c.drift.advance(len(low))
	if e, ok := c.estimator.advance(len(low), c.playedLow, c.heardLow); ok {
		c.consider(e, from)
	}
	c.stayInSight()
	if !c.aligner.engaged {
		return nil
	}
	c.review(from)
	c.findPartner(from)
	return c.partner
}

// consider acts on an estimate. For the aligner a drift that is followed is none.
func (c *chain) consider(e estimate, from int64) {
	if e.strength >= strong && c.aligner.engaged {
		c.drift.observe(e.delay, e.delay-c.drift.slid-c.aligner.at)
	}
	e.delay -= c.drift.slid
	if c.aligner.consider(e, c.watch.works()) {
		c.drift.settle()
		c.begin(from)
	}
}

// findPartner fills partner for the block that begins at this place, and says
// whether all of it was there.
func (c *chain) findPartner(from int64) bool {
	if !c.drift.active {
		return c.far.at(c.partner, from-c.aligner.shift*c.ratio)
	}
	exact := float64(from-c.aligner.shift*c.ratio) - c.drift.slid*float64(c.ratio)
	whole := math.Floor(exact)
	there := c.far.at(c.wider, int64(whole)-betweenTaps/2+1)
	interpolate(c.partner, c.wider, exact-whole)
	return there
}

// When the canceller begins, it learns from the last 0.6 s, and three times over:
// without that its first second would pass before it has an effect. Later it goes
// over the last 0.6 s twice more, at growing intervals up to the last review.
const (
	lesson     = 60 // blocks
	repeats    = 3
	lastReview = 8 * lesson
)

// begin lets the canceller learn anew, with the present alignment, from what
// lies before this place.
func (c *chain) begin(before int64) {
	c.engine.forget()
	c.watch, c.taught = watch{}, 0
	if !c.aligner.engaged {
		return
	}
	for range repeats {
		c.learn(before)
	}
}

// review lets it learn once more what it has just heard, if that was an echo.
func (c *chain) review(before int64) {
	if c.taught > lastReview || c.quiet > 1 {
		return
	}
	c.taught++
	if n := c.taught; n%lesson == 0 && (n/lesson)&(n/lesson-1) == 0 {
		c.learn(before)
		c.learn(before)
	}
}

func (c *chain) learn(before int64) {
	n := int64(len(c.partner))
	for from := before - lesson*n; from < before; from += n {
		heard := c.near.at(c.again, from)
		if c.findPartner(from) && heard {
			c.engine.learn(c.again, c.partner)
		}
	}
}

// echoing says that what is heard may be an echo.
func (c *chain) echoing() bool { return c.aligner.engaged && c.quiet < echoes }

// offset is the difference of the places of both streams now, at coarseRate.
func (c *chain) offset() int64 { return (c.near.end - c.far.end) / c.ratio }

// margin is by how much what is played may come late.
const margin = 30 * coarseRate / 1000

// resume begins anew after a pause of either side. The card holds about as much
// as it did before, so the old delay is a good guess.
func (c *chain) resume() {
	now := c.offset()
	c.aligner.move(now - c.usual)
	c.usual, c.away = now, 0
	c.estimator.restart(now - margin)
}

// stayInSight moves the span of the delays that are sought when two clocks have
// run apart: the places differ by more than they did, all the time, though both
// sides go on.
func (c *chain) stayInSight() {
	d := c.offset() - c.usual
	if c.away++; c.idle > longestFrame || d <= 2*margin && d >= -2*margin {
		c.away = 0
	}
	if c.away < farAway {
		return
	}
	c.away = 0
	c.usual += d
	c.estimator.restart(c.usual - margin)
}

// In blocks: how long frames are at most, and for how long the places must
// differ.
const (
	longestFrame = 16
	farAway      = 100
)

func mean(pcm []int16) int64 {
	sum := int64(0)
	for _, s := range pcm {
		sum += int64(s) * int64(s)
	}
	return sum / int64(max(1, len(pcm)))
}
