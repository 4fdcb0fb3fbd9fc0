package audio

import "slices"

// bridge fills the last packet of a gap when the sound after it is known. It
// reports whether it could; nothing is left to blend then.
func (c *concealer) bridge(pcm, after []int16) bool {
	gap := len(pcm)
	if !c.any || gap > bridgeMost || len(after) < c.join {
		return false
	}
	if c.at > 0 {
		c.meet(pcm, after)
		return true
	}
	c.begin()
	past := len(c.before)
	known := min(len(after), len(c.model.weight))
	line := c.line[:past+gap+known]
	for i, v := range after[:known] {
		line[past+gap+i] = float64(v)
	}
	c.model.fit(c.before, line[past+gap:])
	c.span.fill(line, past, past+gap, c.model, c.breath(), &c.dice)
	for i, v := range line[past : past+gap] {
		pcm[i] = clip(v)
	}
	return true
}

// meet goes on with what was invented and leads into what extrapolation from the
// known sound backwards makes, each as far as it is to be believed.
func (c *concealer) meet(pcm, after []int16) {
	gap, start := len(pcm), min(c.at, c.fade)
	ahead, back := c.ahead[:start+gap], c.back[:gap]
	c.model.doubt(ahead)
	for n := 0; n < gap; n += c.chunk {
		c.invent(pcm[n:min(gap, n+c.chunk)])
	}
	known := min(len(after), len(c.model.weight))
	line := c.line[:known+gap]
	for i, v := range after[:known] {
		line[i] = float64(v)
	}
	c.model.fit(c.before, line[:known])
	slices.Reverse(line[:known])
	c.model.extrapolate(line, known, c.breath(), &c.dice)
	c.model.doubt(back)
	for i := range pcm {
		u, v := ahead[start+i], back[gap-1-i]
		w := u / (u + v) * min(1, float64(i)/float64(c.join))
		pcm[i] = clip((1-w)*float64(pcm[i]) + w*line[known+gap-1-i])
	}
	c.at = 0
}
