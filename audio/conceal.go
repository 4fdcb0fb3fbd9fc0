package audio

import (
	"math"
	"time"
)

// Our own choices for filling the time of sound that did not come.
const (
	// concealHold is how long invented sound keeps its level (ITU-T G.711
	// appendix I: 10 ms, but its repetition does not decay by itself), and
	// concealFade when there is only comfort noise left (appendix I: 60 ms).
	concealHold = 20 * time.Millisecond
	concealFade = 60 * time.Millisecond
	// concealStay is how long the background goes on without a word from the
	// sender, who after that has not paused but stopped, as on hold.
	concealStay = 10 * time.Second
	// concealJoin is the crossfade back into real sound, concealSeek how late
	// it may begin to find the place where both are most alike.
	concealJoin = 4 * time.Millisecond
	concealSeek = 4 * time.Millisecond
	// concealChunk is what is extrapolated at a time.
	concealChunk = 20 * time.Millisecond
	// concealBreath is the part of the innovation that invented sound gets where
	// sound is nothing but innovation. None is nearest to the original on average
	// (0.2 dB), but leaves a hole where there was noise.
	concealBreath = 0.7
	// concealTrust is how long the model alone is believed; what has a period goes
	// over to repeating it until concealHold, by voicedMost if its periods are as
	// alike as voicedFull, not at all if as little as voicedFrom.
	concealTrust = 5 * time.Millisecond
	voicedMost   = 0.8
	voicedFrom   = 0.6
	voicedFull   = 0.9
	// toneRest is the share of innovation under which sound is no voice but tones,
	// whose period is not a whole number of samples: the model alone is exact.
	toneRest = 1e-4
	// shortestPeriod and longestPeriod are those of voices: 400 and 66 Hz.
	shortestPeriod = 2500 * time.Microsecond
	longestPeriod  = 15 * time.Millisecond
	// bridgeMost bounds the samples that are bridged, and with them the work.
	bridgeMost = 960
)

// concealer makes up the sound of packets that did not come:
//
//	past .......|  lost  |  lost  |  lost  | real
//	            [ extrapolated ][ periods,  fading ~~~~][== the best join
//	                           hold      fade + comfort noise
//
//	past .......|  lost  | known .....   the packet after the gap is here already:
//	            [bridged ]               the most likely way between the two
//
// It is given all sound that is played, real and invented.
type concealer struct {
	past   history
	model  *predictor
	span   *bridger
	noise  comfortNoise
	floor  background
	finder lagFinder
	dice   dice

	line   []float64 // past, then what is being invented
	before []float64 // the real sound before the gap
	ahead  []float64 // doubts of extrapolation from before, and
	back   []float64 // from after
	extra  []int16   // invented beyond the gap, for the join

	periods lags    // of voices
	period  int     // of this one, and
	voiced  float64 // how much of it is repeated

	stay, trust, hold, fade, join, seek, chunk int

	at  int  // samples invented since the last real sound, up to fade
	gap int  // the same without limit
	any bool // real sound was heard at all

	resting bool // the sender is silent and has said how
}

func newConcealer(rate int) *concealer {
	past := samplesIn(max(predictPast, warpPast), rate)
	c := &concealer{
		past: newHistory(past), model: newPredictor(rate),
		noise: newComfortNoise(), floor: background{rate: rate}, dice: newDice(),
		stay: samplesIn(concealStay, rate), trust: samplesIn(concealTrust, rate), hold: samplesIn(concealHold, rate), fade: samplesIn(concealFade, rate),
		join: samplesIn(concealJoin, rate), seek: samplesIn(concealSeek, rate),
		chunk: samplesIn(concealChunk, rate),
	}
	c.finder = newLagFinder(rate, past)
	shortest := samplesIn(shortestPeriod, rate)
	c.periods = lags{shortest, samplesIn(longestPeriod, rate), shortest, 0.05}
	c.span = newBridger(len(c.model.a)-1, bridgeMost)
	c.line = make([]float64, past+bridgeMost+len(c.model.weight))
	c.before = make([]float64, past)
	c.ahead, c.back = make([]float64, c.fade+bridgeMost), make([]float64, bridgeMost)
	c.extra = make([]int16, c.join+c.seek)
	return c
}

// heard takes real sound before it is played.
func (c *concealer) heard(pcm []int16) {
	c.floor.hear(pcm)
	c.at, c.gap, c.any, c.resting = 0, 0, true, false
}

// fill invents the next samples and says how many of them are made of speech.
// Before any real sound there is silence, and nothing to blend from later.
func (c *concealer) fill(pcm []int16) (audible int) {
	if !c.any {
		clear(pcm)
		return 0
	}
	audible = min(len(pcm), max(0, c.fade-c.at))
	if c.resting {
		audible = 0
	}
	c.begin()
	c.tire(len(pcm))
	for len(pcm) > 0 {
		n := min(len(pcm), c.chunk)
		c.invent(pcm[:n])
		pcm = pcm[n:]
	}
	return audible
}

// tire lets the background die away in about a second once it has stayed.
func (c *concealer) tire(samples int) {
	if c.gap = min(c.gap+samples, c.stay); c.gap == c.stay && !c.resting {
		c.noise.drive *= max(0, 1-float64(5*samples)/float64(c.floor.rate))
	}
}

// rest fades what is heard into comfort noise of a shape, until there is real
// sound.
func (c *concealer) rest(shape noiseShape) {
	c.begin()
	c.at = max(c.at, c.hold)
	c.any, c.resting = true, true
	c.noise.set(shape)
}

// begin makes a model of the sound before a gap, once.
func (c *concealer) begin() {
	if c.at > 0 {
		return
	}
	for i, v := range c.past.pcm {
		c.before[i] = float64(v)
	}
	copy(c.line, c.before)
	c.model.fit(c.before, nil)
	c.noise.set(c.floor.shape())
	c.listen()
}

// listen finds the period of a voice and how much of one there is.
func (c *concealer) listen() {
	s := c.past.pcm
	period, alike := c.finder.find(s, len(s)-c.chunk, c.chunk, c.periods)
	c.period = period
	for c.period < c.trust {
		c.period += period
	}
	c.voiced = voicedMost * min(1, max(0, (alike-voicedFrom)/(voicedFull-voicedFrom)))
	if c.model.power < toneRest*c.model.sound {
		c.voiced = 0
	}
}

// voicing is how much of the invented sound is repetition so far into a gap: a
// model forgets after some periods what a voice does not.
func (c *concealer) voicing(at int) float64 {
	return c.voiced * min(1, max(0, float64(at-c.trust)/float64(c.hold-c.trust)))
}

// repeated is the sound of whole periods before.
func (c *concealer) repeated(at int) float64 {
	return c.before[len(c.before)-c.period+at%c.period]
}

// breath is how much of the innovation to add: most of white noise's, a fifth of
// a voice's, which is nearly predictable.
func (c *concealer) breath() float64 {
	return concealBreath * math.Sqrt(math.Sqrt(c.model.power/max(1, c.model.sound)))
}

// invent goes on by at most a chunk.
func (c *concealer) invent(pcm []int16) {
	past := len(c.before)
	line := c.line[:past+len(pcm)]
	if c.at < c.fade {
		c.model.extrapolate(line, past, c.breath(), &c.dice)
	} else {
		clear(line[past:])
	}
	for i, v := range line[past:] {
		g := c.gain(c.at + i)
		v += c.voicing(c.at+i) * (c.repeated(c.at+i) - v)
		pcm[i] = clip(g*v + (1-g)*c.noise.next())
	}
	copy(c.line, line[len(pcm):])
	c.at = min(c.at+len(pcm), c.fade+1)
}

// gain is the level of invented sound so far into a gap.
func (c *concealer) gain(at int) float64 {
	return min(1, max(0, float64(c.fade-at)/float64(c.fade-c.hold)))
}

// blend leads from invented sound into real sound, in place, where the two are
// most alike.
func (c *concealer) blend(pcm []int16) {
	if c.at == 0 || !c.any {
		return
	}
	extra := c.extra[:min(len(c.extra), len(pcm))]
	c.invent(extra)
	n := min(c.join, len(extra))
	late, alike := 0, math.Inf(-1)
	for at := 0; at+n <= len(extra); at += max(1, n/32) {
		if a := likeness(pcm[at:at+n], extra[at:at+n]); a > alike+0.1 {
			late, alike = at, a
		}
	}
	copy(pcm[:late], extra)
	overlap(pcm[late:late+n], extra[late:late+n], pcm[late:late+n], alike)
}
