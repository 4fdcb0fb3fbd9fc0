package ua

import (
	"time"

	"star18/audio"
	"star18/ua/arrival"
)

// TonesConfig are the tones that the user hears, by their names in the tone
// table (audio.FactoryTone), and ring1 to ring9. One that is missing is silent.
type TonesConfig struct {
	Scripts map[string]*audio.ToneScript
	// Ending is how long the tone that tells why a call failed may last; 0 is
	// none.
	Ending time.Duration
}

// The names of the tones that tell of a call's state.
const (
	toneRingback   = "ringback"
	toneRingback2  = "ringback2" // 182: the call waits
	toneBusy       = "busy"
	toneReorder    = "reorder"
	toneHolding    = "holding"
	toneAutoAnswer = "page"
)

// chimes plays a tone for as long as nobody speaks.
func (c *Call) chimes(name string, limit time.Duration) {
	c.line.chime.play(c, c.line.cfg.Tones.Scripts[name], name, limit)
}

// rings is what an incoming call sounds like: as its Alert-Info asks.
func (c *Call) rings() {
	ring := arrival.RingCadence(headerValues(c.in.req, "Alert-Info"))
	c.chimes("ring"+string(rune('0'+ring)), 0)
}

// progresses is what the caller hears while the far end has not answered and
// sends no sound itself.
func (c *Call) progresses(status int) {
	if status == statusQueued {
		c.chimes(toneRingback2, 0)
		return
	}
	c.chimes(toneRingback, 0)
}

// fails lets the caller hear why nobody speaks with him. Hanging up is silent,
// and so is the end of a call that was up: both ends know why.
func (c *Call) fails(e Ended) {
	c.line.chime.silenceOf(c)
	ending := c.line.cfg.Tones.Ending
	if !c.outgoing || e.By == Local || !c.answeredAt.IsZero() || ending <= 0 {
		return
	}
	c.chimes(failureTone(e), ending)
}

// failureTone: busy is busy; the special information tones are those of the
// Bell System for a vacant code, a changed number and no circuit; all else is
// reorder, as the SPA plays without its SITn_RSC parameters.
func failureTone(e Ended) string {
	switch e.Status {
	case 486, 600:
		return toneBusy
	case 404, 484, 604:
		return "sit4"
	case 410, 301:
		return "sit2"
	case 502, 503, 504:
		return "sit1"
	}
	return toneReorder
}

// hears mixes a tone under what the far end sends.
func (c *Call) hears(name string) { c.media.playTone(c.line.cfg.Tones.Scripts[name], name) }
