package ua

import "github.com/emiago/sipgo/sip"

const waitingTone = "call-waiting"

// alert lets those who speak on this line hear that another call rings. The
// tone is theirs alone: no peer hears it.
func (c *Call) alert() {
	c.from.Waiting = c.line.several()
	for _, m := range c.line.desk.speakers() {
		c.alerted = append(c.alerted, m.call)
		m.call.post(func() { m.playTone(c.line.cfg.Calls.WaitingTone, waitingTone) })
	}
}

// calm ends the tone: the call does not wait any more.
func (c *Call) calm() {
	for _, o := range c.alerted {
		o.post(func() { o.media.stopTone(waitingTone) })
	}
	c.alerted = nil
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
