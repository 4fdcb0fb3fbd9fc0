package main

import (
	"context"
	"time"

	"star18/ua"
)

// Call back, as the SPA does it.
const (
	callBackEvery = 30 * time.Second
	callBackFor   = 30 * time.Minute
)

// callBack calls until it rings, and follows that call to its end.
type callBack struct {
	try    func() (ua.Ended, error)
	wanted func() bool         // nobody has taken it back
	wait   func(time.Duration) // tells that the next try comes
}

func (b callBack) run(ctx context.Context) (ua.Ended, error) {
	for start := time.Now(); ; {
		e, err := b.try()
		if err != nil || !worthAgain(e) || ctx.Err() != nil || time.Since(start)+callBackEvery > callBackFor {
			return e, err
		}
		b.wait(callBackEvery)
		select {
		case <-time.After(callBackEvery):
		case <-ctx.Done():
			return e, nil
		}
		if !b.wanted() {
			return e, nil
		}
	}
}

// worthAgain: it did not ring, and may next time.
func worthAgain(e ua.Ended) bool {
	if e.Answered || e.Rang || e.By == ua.Local {
		return false
	}
	switch e.Cause {
	case ua.CauseBusy, ua.CauseUnavailable, ua.CauseUnreachable, ua.CauseNoAnswer, ua.CauseRefused:
		return true
	}
	return false
}
