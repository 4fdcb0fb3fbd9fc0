package audio

import "time"

// Our own choices for filling the time of sound that did not come.
const (
	// concealSpan is the sound that is repeated, one packet of 20 ms.
	concealSpan = 20 * time.Millisecond
	// concealFade is how long the repetition takes to die away.
	concealFade = 60 * time.Millisecond
	// concealJoin is the crossfade back into real sound.
	concealJoin = 5 * time.Millisecond
)

// concealer repeats the last sound that was played and fades it to silence.
//
// It runs through the last span backwards, then forwards again, and so on: at
// each turn the wave goes on from the value where it was, which a plain repeat
// does not, and so there is no click to hide.
type concealer struct {
	last []int16 // the most recent real sound, oldest first
	fade int     // samples until silence
	join int     // samples of crossfade
	at   int     // samples concealed since the last real sound
	any  bool    // real sound was heard at all
}

func newConcealer(rate int) concealer {
	return concealer{
		last: make([]int16, samplesIn(concealSpan, rate)),
		fade: samplesIn(concealFade, rate),
		join: samplesIn(concealJoin, rate),
	}
}

// heard remembers real sound as it is played.
func (c *concealer) heard(pcm []int16) {
	if n := len(c.last) - len(pcm); n > 0 {
		copy(c.last, c.last[len(pcm):])
		copy(c.last[n:], pcm)
	} else {
		copy(c.last, pcm[-n:])
	}
	c.at, c.any = 0, true
}

// fill invents the next samples and says how many of them can be heard. Before
// any real sound there is silence, and nothing to blend from later.
func (c *concealer) fill(pcm []int16) (audible int) {
	if !c.any {
		clear(pcm)
		return 0
	}
	audible = min(len(pcm), max(0, c.fade-c.at))
	for i := range pcm {
		pcm[i] = c.next()
	}
	return audible
}

func (c *concealer) next() int16 {
	c.at = min(c.at+1, c.fade)
	return int16(int(c.last[c.mirror()]) * (c.fade - c.at) / c.fade)
}

// mirror is the place in last for the current sample: from the end to the
// beginning and back, never the same sample twice in a row.
func (c *concealer) mirror() int {
	end := len(c.last) - 1
	at := c.at % (2 * end)
	if at > end {
		at = 2*end - at
	}
	return end - at
}

// blend leads from invented sound into real sound, in place.
func (c *concealer) blend(pcm []int16) {
	if c.at == 0 {
		return
	}
	n := min(c.join, len(pcm))
	for i := range n {
		pcm[i] = int16((int(c.next())*(n-i) + int(pcm[i])*i) / n)
	}
}
