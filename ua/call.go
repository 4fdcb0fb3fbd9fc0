package ua

import (
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/dialog"
	"star18/ua/sipnet"
)

// state is where a call stands.
type state int

const (
	calling state = iota // our INVITE is out
	ringing              // theirs rings here
	up                   // answered; media flows
	leaving              // BYE or CANCEL is out
	ended
)

func (s state) String() string {
	return [...]string{"calling", "ringing", "up", "leaving", "ended"}[s]
}

// Call is one conversation. Its exported methods may be called from anywhere;
// everything from "owned by run" on belongs to the call's one goroutine, and
// others reach it through the inbox.
type Call struct {
	line     *Line
	id       string
	number   int // in the order in which the line's calls began
	key      dialogKey
	outgoing bool
	target   Target // of an outgoing call
	from     Incoming

	box      *inbox
	done     chan struct{} // closed when the call has ended
	answered chan struct{} // closed when it was answered
	result   Ended         // valid after done
	info     atomic.Pointer[CallInfo]

	successor atomic.Pointer[Call] // after a transfer
	origin    *referral            // of a call that a transfer asked for
	replaces  *Call                // of a call that takes another's place

	// owned by run
	state      state
	dlg        *dialog.Dialog
	hop        sipnet.Hop // where the dialog's requests go
	media      *media
	stage      stage
	out        outgoingInvite
	in         incomingInvite
	answeredAt time.Time
	ackAt      time.Time // the ACK sent or received: both sides are up
	heldByPeer bool
	offering   bool // our re-INVITE is out
	timing     timing
	hearing    hearing
	parting    Ended           // while leaving: why
	turns      turns           // changes between hold and talk, one after the other
	overtaking []asked         // requests that wait for what they may have overtaken
	parked     bool            // another call of the line took the sound
	locating   bool            // the next hop is being looked up
	forks      map[string]bool // other answers to our INVITE, by tag, that were sent away
	secure     SecureState
	require    *time.Timer
	alerted    []*Call // hear that this one waits
	keypad     keypad
	referring  *transferor
	referral   *referral // the latest
}

// stage is one side of the secure call's second stage.
type stage interface {
	// info takes an INFO of the peer; false if it is not the stage's business.
	info(req *sip.Request, tx *sipnet.ServerTx) bool
	// confirmed: the ACK has been sent or received.
	confirmed()
	// firstPacket: the answered party's first RTP packet arrived.
	firstPacket()
	// authenticated: the peer's first authenticated packet arrived.
	authenticated(at time.Time, transform string)
	// second is called once a second while the call is up.
	second()
	// over: the call has ended.
	over()
}

// ID names the call in events.
func (c *Call) ID() string { return c.id }

// From is who called, as SIP says; empty for an outgoing call.
func (c *Call) From() (name, number string) { return c.from.FromName, c.from.FromNumber }

// Done is closed when the call has ended and everything it owned is gone.
func (c *Call) Done() <-chan struct{} { return c.done }

// Answered is closed when the call has been answered.
func (c *Call) Answered() <-chan struct{} { return c.answered }

// Ended is the call's result; valid after Done.
func (c *Call) Ended() Ended { return c.result }

// run is the call's goroutine.
func (c *Call) run() {
	defer close(c.done)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for c.state != ended {
		select {
		case <-c.box.wake:
		case <-tick.C:
			c.eachSecond()
		}
		for _, fn := range c.box.take() {
			fn()
		}
		c.publish()
	}
	for _, fn := range c.box.close() {
		fn()
	}
}

// post lets the call's goroutine run fn, unless the call ends before.
func (c *Call) post(fn func()) {
	c.box.put(func() {
		if c.state != ended {
			fn()
		}
	})
}

// deliver gives the call a request, which is answered even if the call has ended
// meanwhile; false if it has none to read it any more.
func (c *Call) deliver(req *sip.Request, tx *sipnet.ServerTx) bool {
	return c.box.put(func() {
		switch {
		case c.state != ended:
			c.inside(req, tx)
		case tx != nil:
			c.answer(tx, req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
		}
	})
}

// after posts fn when d has passed.
func (c *Call) after(d time.Duration, fn func()) *time.Timer {
	return time.AfterFunc(d, func() { c.post(fn) })
}

// stopTimer is for timers that may not have been set.
func stopTimer(t *time.Timer) {
	if t != nil {
		t.Stop()
	}
}

// emit tells of an event; who hears of it finds the call as it then is.
func (c *Call) emit(ev Event) {
	c.publish()
	c.line.emit(c, ev)
	if c.origin != nil {
		c.origin.watch(ev)
	}
	if _, ok := ev.(Secured); ok {
		c.stillRecords()
	}
	switch ev.(type) {
	case Secured, NotSecured, Held, Active, Ended:
		c.line.tellConference()
	}
}

func (c *Call) eachSecond() {
	if c.state == up && c.stage != nil {
		c.stage.second()
		c.tellStats()
	}
}

// establish notes that the call is up, at the 2xx.
func (c *Call) establish() {
	c.state = up
	c.answeredAt = time.Now()
	c.calm()
	c.begun()
	if c.media.agreed.Codec.Name != "" {
		c.tellAnswered()
	}
	close(c.answered) // who waits for it finds the event told
}

// tellAnswered waits for the ACK where that brings the codec: the INVITE had no
// offer.
func (c *Call) tellAnswered() {
	c.emit(Answered{
		Codec:  c.media.agreed.Codec.Name,
		Ptime:  int(c.media.agreed.Ptime / time.Millisecond),
		Remote: c.remoteText(),

		Protected: c.media.keying != nil,
	})
}

// confirm notes that the ACK has passed: both sides may stream, and security,
// if it is required, has its time from here.
func (c *Call) confirm() {
	c.ackAt = time.Now()
	if c.mustBeSecure() {
		c.require = c.after(requireLimit, c.insist)
	}
	if c.in.itself {
		c.hears(toneAutoAnswer)
	}
	c.stage.confirmed()
	if c.parked {
		c.holdParked()
	}
}

// mustBeSecure: secure.require is for outgoing calls that want security and for
// every incoming one.
func (c *Call) mustBeSecure() bool {
	return c.line.cfg.Secure.Require && (!c.outgoing || c.target.Secure)
}

// requireLimit is how long a call may stay in clear when security is required.
const requireLimit = 20 * time.Second

func (c *Call) insist() {
	if c.state == up && c.secure != SecureDone {
		c.leave(Ended{By: Local, Cause: CauseSecurityRequired})
	}
}

func (c *Call) remoteText() string {
	if c.outgoing {
		return c.target.Number
	}
	if c.from.FromNumber == "" {
		return c.from.FromName
	}
	return c.from.FromNumber
}
