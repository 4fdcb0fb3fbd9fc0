package audio

import "time"

// Our own choices of how a lost device is looked for.
const (
	firstRetry = 250 * time.Millisecond // after an attempt that failed, then doubled
	lastRetry  = 2 * time.Second
	// lookAgain is how often the wanted device is tried while another stands in.
	lookAgain = 5 * time.Second
	// steady is how long a device must have run to count as good. One that fails
	// sooner is opened again at once a few times, with other settings maybe, then at
	// the pace of the retries.
	steady   = 10 * time.Second
	fewQuick = 3
)

// vigil decides what is done about a device, and when. It is told what happened
// and the time, and does nothing itself.
//
//	           opened                 lost
//	(absent) ─────────▶ (running) ─────────▶ (absent) ... retries, each later
//	    │    opened as stand-in       lost
//	    └────▶ (standing in) ───────────────▶ (absent)
//	                │  every lookAgain: is the wanted one back? opened
//	                └──────────────────────────────────────▶ (running)
type vigil struct {
	phase phase
	since time.Time // that the phase lasts
	due   time.Time // of the next attempt
	retry time.Duration
	quick int // failures of devices that were not steady
}

type phase uint8

const (
	phaseAbsent phase = iota
	phaseRunning
	phaseStandIn
)

// step is what is to be done.
type step uint8

const (
	stepRest step = iota
	stepOpen      // whatever can be opened
	stepLook      // for the wanted device, while another one stands in
)

func (s step) String() string {
	return [...]string{"rest", "open", "look"}[s]
}

// opened: a device runs from now on, the wanted one or a stand-in.
func (v *vigil) opened(now time.Time, standIn bool) {
	v.phase, v.since = phaseRunning, now
	if standIn {
		v.phase, v.due = phaseStandIn, now.Add(lookAgain)
	}
}

// missing: what next asked for did not succeed.
func (v *vigil) missing(now time.Time) {
	if v.phase == phaseStandIn {
		v.due = now.Add(lookAgain)
		return
	}
	v.wait(now)
}

// lost: the device that ran failed.
func (v *vigil) lost(now time.Time) {
	if now.Sub(v.since) >= steady {
		v.quick, v.retry = 0, 0
	}
	v.phase, v.since, v.due = phaseAbsent, now, now
	if v.quick++; v.quick > fewQuick {
		v.wait(now)
	}
}

// given up: the stand-in was closed, to see what else is there.
func (v *vigil) given(now time.Time) { v.phase, v.since, v.due = phaseAbsent, now, now }

func (v *vigil) wait(now time.Time) {
	v.due = now.Add(max(v.retry, firstRetry))
	v.retry = min(max(2*v.retry, 2*firstRetry), lastRetry)
}

// next is what to do now, or how long to rest; a rest of 0 has no end but news.
func (v *vigil) next(now time.Time) (step, time.Duration) {
	if v.phase == phaseRunning {
		return stepRest, 0
	}
	if left := v.due.Sub(now); left > 0 {
		return stepRest, left
	}
	if v.phase == phaseStandIn {
		return stepLook, 0
	}
	return stepOpen, 0
}
