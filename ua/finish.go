package ua

import "time"

// finish ends the call: media first, so that nothing sounds after the event.
func (c *Call) finish(e Ended) {
	if c.state == ended {
		return
	}
	c.state = ended // before anything that would leave a call that is up
	c.stage.over()
	stopTimer(c.require)
	c.out.stop()
	c.in.stop()
	c.timing.stop()
	c.rememberInvite()
	c.fails(e)
	c.putAway()
	e.Rx, e.Tx = c.media.close()
	e.MOS, e.Card = c.media.opinion(), c.media.lostByCard()
	e.Secure, e.Rang = c.secure, c.out.rang
	if e.Answered = !c.answeredAt.IsZero(); e.Answered {
		e.DurationMS = time.Since(c.answeredAt).Milliseconds()
	}
	c.result = e
	c.calm()
	c.transferOver()
	c.line.remove(c)
	c.turnBack()
	c.emit(e)
}

// abort ends the call without a word to the peer.
func (c *Call) abort() {
	c.post(func() { c.finish(Ended{By: Local, Cause: CauseLocalFault, Detail: "not answered in time"}) })
	<-c.done
}
