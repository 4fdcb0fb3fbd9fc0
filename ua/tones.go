package ua

import (
	"path"
	"strconv"
	"time"

	"star18/audio"
	"star18/ua/arrival"
)

// TonesConfig are the tones that the user hears, by their names in the tone
// table (audio.FactoryTones). One that is missing is silent.
type TonesConfig struct {
	Scripts map[string]*audio.ToneScript
	// Ending is how long the tone that tells why a call failed may last; 0 is
	// none.
	Ending time.Duration
	// Failures are asked in their order for the tone of a failed call; reorder is
	// that of all others, busy of those that are busy.
	Failures []FailureTone
	// Reorder is how long after the far end's BYE the reorder tone begins, unless
	// ReorderNever.
	Reorder      time.Duration
	ReorderNever bool
}

// FailureTone gives calls that were refused with one of these statuses a tone of
// their own. A status is three characters with "?" for any, or ends in "*" (the
// SPA's SITn_RSC).
type FailureTone struct {
	Tone   string
	Status []string
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
	c.line.desk.chime.play(c, c.line.cfg.Tones.Scripts[name], name, limit)
}

// rings is what an incoming call sounds like: as its Alert-Info asks.
func (c *Call) rings() {
	ring, _ := arrival.Bellcore(headerValues(c.in.req, "Alert-Info"))
	name := "ring" + string(rune('0'+ring))
	c.line.desk.chime.ring(c, c.line.cfg.Tones.Scripts[name], name)
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

// fails lets the caller hear why nobody speaks with him. Hanging up is silent.
// So is the end of a call that was up, unless reorder is to tell of it.
func (c *Call) fails(e Ended) {
	c.line.desk.chime.silenceOf(c)
	tones := c.line.cfg.Tones
	switch {
	case e.By == Local || tones.Ending <= 0:
	case !c.answeredAt.IsZero():
		if !tones.ReorderNever {
			c.line.desk.chime.later(c, tones.Reorder, toneReorder, tones.Ending)
		}
	case c.outgoing:
		c.chimes(tones.failure(strconv.Itoa(e.Status)), tones.Ending)
	}
}

// X60 is the SPA's status of a number that the dial plan refuses.
const X60 = "X60"

// FailureTone is the tone of a failure: the status of a call, or X60.
func (l *Line) FailureTone(status string) string { return l.cfg.Tones.failure(status) }

func (t TonesConfig) failure(status string) string {
	for _, f := range t.Failures {
		for _, template := range f.Status {
			if fits, _ := path.Match(template, status); fits {
				return f.Tone
			}
		}
	}
	if status == "486" || status == "600" {
		return toneBusy
	}
	return toneReorder
}

// hears mixes a tone under what the far end sends.
func (c *Call) hears(name string) { c.media.playTone(c.line.cfg.Tones.Scripts[name], name) }
