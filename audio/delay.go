package audio

import (
	"math"
	"time"
)

// Our own choices for judging a delay; the shares were found on model networks,
// where the result hardly depends on them.
const (
	// longestWait bounds the delay that is chosen, and the sound that waits.
	longestWait = 480 * time.Millisecond
	// changeHorizon is how long a change of the delay must serve to be worth what
	// it costs.
	changeHorizon = 6 * time.Second
	// lateCost and dueCost are what a late packet costs, in lost ones: the first
	// if even stretching does not bridge it, the second in any case, for what is
	// stretched before it is merged after it.
	lateCost = 0.7
	dueCost  = changeCost
	// overdueShare is how likely a packet must be to miss its turn for the sound
	// before it to be stretched: in vain it costs changeCost, and not at all one.
	overdueShare = changeCost

	// scaledFrame is what a tick of stretched or merged sound costs, in lost
	// ones: after Liang, Faerber and Girod, "Adaptive playout scheduling and loss
	// concealment for voice communication over IP networks" (2003), listeners
	// hardly notice such scaling.
	scaledFrame = 0.1
	stretchCost = 2 * scaledFrame
	mergeCost   = scaledFrame
	// changeCost is that of one packet more or less of delay: what is stretched
	// now is merged one day.
	changeCost = stretchCost + mergeCost

	// damageMemory is how many frames weigh on the measured loss.
	damageMemory = 1000
)

// delayChoice knows which delay costs least, in R of the E-model.
//
// A longer delay hurts all the time, a shorter one makes packets late. Those
// that are noticed in time are bridged: while the next packet is overdue, what
// waits is stretched to twice its length, so the sound lasts longer than the
// delay (lead). And a change costs something itself, so that it is made only
// when it serves for some time.
type delayChoice struct {
	late   lateness
	damage float64 // share of frames not heard as they were, slowly forgetting
}

func (c *delayChoice) reset() {
	c.late.reset()
	c.damage = 0
}

// heard counts a frame of sound, hurt what was wrong with it, in lost frames.
func (c *delayChoice) heard()              { c.damage -= c.damage / damageMemory }
func (c *delayChoice) hurt(frames float64) { c.damage += frames / damageMemory }

// best is the delay among from, and whole spans more or less, that costs least
// over horizon packets when each span of difference costs change lost ones.
func (c *delayChoice) best(from, span time.Duration, change, horizon float64) time.Duration {
	c.late.sum()
	frame := lossImpairment(c.damage)
	best, least := from, math.Inf(1)
	noticed := latenessClasses - 1
	for at := from + (longestWait-from)/span*span; at >= 0; at -= span {
		noticed = c.noticed(at, noticed)
		lead := (at - time.Duration(noticed)*latenessStep) / span * span
		late := lateCost*c.late.tail[latenessClass(at+lead)] + dueCost*c.late.tail[latenessClass(at)]
		cost := horizon * (delayImpairment(at) + frame*late)
		cost += frame * change * math.Abs(float64((at-from)/span))
		if cost < least {
			best, least = at, cost
		}
	}
	return best
}

// noticed is the least class of lateness, up to most, at which a packet will
// probably be later than wait.
func (c *delayChoice) noticed(wait time.Duration, most int) int {
	tail := &c.late.tail
	late := tail[latenessClass(wait)]
	most = min(most, latenessClass(wait))
	for most > 0 && overdueShare*tail[most-1] <= late {
		most--
	}
	return most
}

// overdue says whether a packet that is already so late will probably miss its
// turn, when it may wait that long.
func (c *delayChoice) overdue(late, wait time.Duration) bool {
	out := c.late.beyond(late)
	return out > 0 && c.late.beyond(wait) > overdueShare*out
}
