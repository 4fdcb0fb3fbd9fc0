package board

import (
	"time"

	"star18/ua"
)

// Call is one call as a display shows it. What SIP says about the other side is
// in Info; what a certificate says is in Proof. They are never mixed.
type Call struct {
	Info    ua.CallInfo
	Account string // of its line; empty where there is but one

	Began     time.Time
	Asserted  bool // our proxy vouches for Info.Name and Number
	Anonymous bool
	Waiting   bool   // rang into another call
	Dialed    string // as typed
	Early     bool   // the far end sends sound before the answer

	Wanted   bool // the user wants it secured
	Security Security
	Proof    ua.Secured
	Why      ua.NotSecured

	Codec string
	Ptime int    // milliseconds
	Keys  string // that the other side pressed, the last ones

	Muted       bool
	Deaf        *ua.NoAudio // nothing of the other side arrives; nil: something does
	Recording   bool
	RecordedTo  string // the file
	Unencrypted bool   // the file holds a secured call in clear
	Auto        bool   // it answered itself

	Asked *ua.Transfer // the other side's wish, as long as it waits for an answer

	Sound            ua.Stats
	Jitter, RTT, MOS Series
	Loss             Series // percent of each second's packets
	Sent, Heard      Series // levels in dBFS
	counted          ua.RxStats

	Result ua.Ended
	Over   time.Time // zero as long as it is not
}

// maxKeys is how many received keys are kept.
const maxKeys = 32

// Duration is how long the call has been up.
func (c *Call) Duration(now time.Time) time.Duration {
	switch {
	case c.Info.Since.IsZero():
		return 0
	case !c.Over.IsZero():
		return time.Duration(c.Result.DurationMS) * time.Millisecond
	}
	return now.Sub(c.Info.Since)
}

func (c *Call) tell(at time.Time, ev ua.Event) {
	c.security(ev)
	switch ev := ev.(type) {
	case ua.Dialing:
		c.Dialed, c.Info.Number, c.Info.Outgoing = ev.Dialed, ev.Number, true
	case ua.Incoming:
		c.Info.Name, c.Info.Number = ev.FromName, ev.FromNumber
		c.Asserted, c.Anonymous, c.Waiting = ev.Asserted, ev.Anonymous, ev.Waiting
	case ua.EarlyMedia:
		c.Early = true
	case ua.Answered:
		c.Codec, c.Ptime, c.Early = ev.Codec, ev.Ptime, false
	case ua.Transfer:
		c.Asked = nil
		if ev.Asking {
			c.Asked = &ev
		}
	case ua.DTMF:
		c.Keys += ev.Digit
		c.Keys = c.Keys[max(0, len(c.Keys)-maxKeys):]
	case ua.Muted:
		c.Muted = true
	case ua.Unmuted:
		c.Muted = false
	case ua.Recording:
		c.Recording = ev.State == ua.RecordingStarted || ev.State == ua.RecordingGoesOn
		c.RecordedTo, c.Unencrypted = ev.File, ev.Unencrypted
	case ua.NoAudio:
		c.Deaf = &ev
	case ua.AudioArrived:
		c.Deaf = nil
	case ua.AutoAnswered:
		c.Auto = true
	case ua.Stats:
		c.stats(ev)
	case ua.Ended:
		c.Result, c.Over = ev, at
	}
}

func (c *Call) stats(ev ua.Stats) {
	lost, came := ev.Rx.Lost-c.counted.Lost, ev.Rx.Packets-c.counted.Packets
	if ev.Rx.Lost < c.counted.Lost { // what was missing has come after all
		lost = 0
	}
	percent := 0.0
	if lost+came > 0 {
		percent = 100 * float64(lost) / float64(lost+came)
	}
	c.Sound, c.counted = ev, ev.Rx
	c.Loss.add(percent)
	c.Jitter.add(ev.Rx.JitterMS)
	c.RTT.add(ev.Tx.RTTMS)
	c.MOS.add(ev.MOS)
	c.Sent.add(ev.Sent.RMS)
	c.Heard.add(ev.Heard.RMS)
}
