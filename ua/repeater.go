package ua

import (
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/sipnet"
)

// RFC 3261 13.3.1.4 and 17.1.1.1: a 2xx is repeated, the interval doubling from
// T1 to T2, until its ACK; after 64*T1 without one the call is hung up.
const (
	timerT1  = 500 * time.Millisecond
	timerT2  = 4 * time.Second
	ackLimit = 64 * timerT1
)

// repeater sends a 2xx to an INVITE until it is acknowledged. sipgo's own would
// go to 4 s at once and end without a BYE.
type repeater struct {
	call    *Call
	tx      *sipnet.ServerTx
	res     *sip.Response
	seq     uint32
	wait    time.Duration
	elapsed time.Duration
	timer   *time.Timer
	done    bool
}

// repeat sends res and goes on until stop.
func (c *Call) repeat(tx *sipnet.ServerTx, res *sip.Response) *repeater {
	r := &repeater{call: c, tx: tx, res: res, seq: res.CSeq().SeqNo, wait: timerT1}
	r.send()
	return r
}

func (r *repeater) send() {
	r.call.line.respond(r.tx, r.res)
	r.timer = r.call.after(r.wait, r.again)
}

func (r *repeater) again() {
	if r.done {
		return
	}
	r.elapsed += r.wait
	r.wait = min(2*r.wait, timerT2, ackLimit-r.elapsed)
	if r.elapsed < ackLimit {
		r.send()
		return
	}
	r.done = true
	r.call.leave(Ended{By: Local, Cause: CauseNoACK})
}

// stop ends the repetition; false if it had ended already.
func (r *repeater) stop() bool {
	was := !r.done
	r.done = true
	r.timer.Stop()
	return was
}
