package ua

import (
	"github.com/emiago/sipgo/sip"

	"star18/audio"
	"star18/ua/arrival"
)

// alert lets those who speak on this line hear that another call rings. The
// tone is theirs alone: no peer hears it.
func (c *Call) alert() {
	c.from.Waiting = c.line.desk.several()
	script, name := c.waitingTone()
	for _, m := range c.line.desk.speakers() {
		c.alerted = append(c.alerted, m.call)
		m.call.post(func() { m.playTone(script, name) })
	}
}

// calm ends the tone: the call does not wait any more.
func (c *Call) calm() {
	for _, o := range c.alerted {
		_, name := c.waitingTone()
		o.post(func() { o.media.stopTone(name) })
	}
	c.alerted = nil
}

// waitingTone is what those who speak hear: one of the nine that Alert-Info asks
// for, else the usual one.
func (c *Call) waitingTone() (*audio.ToneScript, string) {
	if n, asked := arrival.Bellcore(headerValues(c.in.req, "Alert-Info")); asked {
		name := "cwt" + string(rune('0'+n))
		if script := c.line.cfg.Tones.Scripts[name]; script != nil {
			return script, name
		}
	}
	return c.line.cfg.Calls.WaitingTone, "call-waiting"
}

// ringingStatus is what a caller is told while it rings (the SPA's
// Reply_182_On_Call_Waiting).
func (c *Call) ringingStatus() (int, string) {
	if c.from.Waiting && c.line.cfg.Calls.Reply182 {
		return statusQueued, "Queued"
	}
	return sip.StatusRinging, "Ringing"
}

const statusQueued = 182
