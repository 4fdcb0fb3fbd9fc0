package ua

import "star18/ua/sdp"

// turns lets a call's changes between hold and talk begin one after the other:
// a resumption that is asked for while a hold still waits for its answer must
// end in a call that talks.
type turns struct {
	queue []func(done func())
	busy  bool
}

// add runs fn when the changes before have ended; fn calls done in the end, on
// the same goroutine.
func (t *turns) add(fn func(done func())) {
	t.queue = append(t.queue, fn)
	t.next()
}

func (t *turns) next() {
	if t.busy || len(t.queue) == 0 {
		return
	}
	fn := t.queue[0]
	t.queue, t.busy = t.queue[1:], true
	fn(func() {
		t.busy = false
		t.next()
	})
}

// Hold asks the peer not to send and stops sending, by a re-INVITE; Resume takes
// that back. Both wait for the peer's answer; on an error nothing has changed.
// The security of the call goes on through both.
func (c *Call) Hold() error {
	return c.ask(func(then func(error)) {
		c.change(sdp.SendOnly, Held{By: string(Local)}, func(err error) {
			if err == nil {
				c.leaveConference()
				c.line.tellConference()
			}
			then(err)
		})
	})
}

// Resume ends our hold and gives the sound to this call. One that has it is put
// on hold, and goes on if this one cannot be resumed.
func (c *Call) Resume() error {
	return c.line.instead(c, func() error { return c.ask(c.resume) })
}

// ask runs fn on the call's goroutine and waits until it has called then.
func (c *Call) ask(fn func(then func(error))) error {
	result := make(chan error, 1)
	c.post(func() { fn(func(err error) { result <- err }) })
	select {
	case err := <-result:
		return err
	case <-c.done:
		return ErrNotUp
	}
}

func (c *Call) change(to sdp.Direction, ev Event, then func(error)) {
	c.turns.add(func(done func()) {
		c.reoffer(to, ev, func(err error) {
			then(err)
			done()
		})
	})
}

// resume ends the hold and takes the sound.
func (c *Call) resume(then func(error)) {
	c.unhold(func(err error) {
		if err == nil {
			c.takeSound()
		}
		then(err)
	})
}

// unhold ends the hold and leaves the sound where it is.
func (c *Call) unhold(then func(error)) {
	c.turns.add(func(done func()) {
		end := func(err error) {
			if err == nil {
				c.parked = false
			}
			then(err)
			done()
		}
		switch {
		case c.state == calling:
			end(nil)
		case c.state != up:
			end(ErrNotUp)
		case c.state == up && !c.parked && c.media.wish == sdp.SendRecv && c.line.desk.has(c.media):
			end(nil) // it talks
		case c.parked && c.media.wish == sdp.SendRecv: // the peer never agreed to the hold
			c.emit(Resumed{By: string(Local)})
			end(nil)
		default:
			c.reoffer(sdp.SendRecv, Resumed{By: string(Local)}, end)
		}
	})
}

// park takes the sound from the call, at once, and tells the peer by a hold. A
// peer that will not be held stays in the call and hears silence.
func (c *Call) park() {
	if c.parked || c.state != calling && c.state != up {
		return
	}
	c.parked = true
	if c.media.seat != nil {
		c.line.desk.release(c.media)
	}
	c.holdParked()
}

// holdParked waits for the call to be up: before, there is nobody to hold.
func (c *Call) holdParked() {
	if c.state != up || c.ackAt.IsZero() {
		return
	}
	c.turns.add(func(done func()) {
		if !c.parked || c.media.wish != sdp.SendRecv {
			done()
			return
		}
		c.reoffer(sdp.SendOnly, Held{By: string(Local)}, func(err error) {
			if err != nil && c.parked {
				c.emit(Held{By: string(Local), Detail: shown(err.Error()) + ": it hears silence"})
			}
			done()
		})
	})
}

// begun: the call has a stream, and with it the sound, unless another call took
// it in the meantime or it still rings here.
func (c *Call) begun() {
	if !c.parked && !c.unattended() {
		c.takeSound()
	}
}

// takeSound makes this the call that speaks and hears. Whoever had the sound is
// put on hold.
func (c *Call) takeSound() {
	if c.media.stream == nil {
		return // begun follows
	}
	taken, before := c.line.desk.take(c.media)
	for _, m := range before {
		m.call.post(func() {
			if !c.line.desk.has(m) {
				m.call.park()
			}
		})
	}
	if taken && c.line.desk.several() {
		c.emit(Active{})
	}
}
