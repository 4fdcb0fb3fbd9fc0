package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"star18/ua"
)

// The oracle is the SPA's Call_Back codes: every 30 s, for 30 minutes, until it
// rings.
func TestCallBack(t *testing.T) {
	busy := ua.Ended{By: ua.Remote, Cause: ua.CauseBusy, Status: 486}
	for _, tt := range []struct {
		name     string
		outcomes []ua.Ended // the last one repeats
		unwanted int        // taken back before this try; 0: never
		tries    int
		after    time.Duration
	}{
		{"answered at once", []ua.Ended{{Answered: true}}, 0, 1, 0},
		{"busy twice, then it rings", []ua.Ended{busy, busy, {By: ua.Remote, Cause: ua.CauseNoAnswer, Rang: true}}, 0, 3, time.Minute},
		{"for ever busy", []ua.Ended{busy}, 0, 61, 30 * time.Minute},
		{"no such number", []ua.Ended{{By: ua.Remote, Cause: ua.CauseNotFound}}, 0, 1, 0},
		{"we hung up", []ua.Ended{{By: ua.Local, Cause: ua.CauseCancelled}}, 0, 1, 0},
		{"taken back", []ua.Ended{busy}, 3, 2, time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			start, tries := time.Now(), 0
			b := callBack{
				try: func() (ua.Ended, error) {
					tries++
					return tt.outcomes[min(tries, len(tt.outcomes))-1], nil
				},
				wanted: func() bool { return tt.unwanted == 0 || tries+1 < tt.unwanted },
				wait:   func(time.Duration) {},
			}
			if _, err := b.run(t.Context()); err != nil {
				t.Error(err)
			}
			if d := time.Since(start); tries != tt.tries || d != tt.after {
				t.Errorf("%s: %d tries in %v, want %d in %v", tt.name, tries, d, tt.tries, tt.after)
			}
		})
	}
}

// A signal ends the waiting at once.
func TestCallBackSignal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		b := callBack{
			try:    func() (ua.Ended, error) { return ua.Ended{By: ua.Remote, Cause: ua.CauseBusy}, nil },
			wanted: func() bool { return true },
			wait:   func(time.Duration) { time.AfterFunc(time.Second, cancel) },
		}
		start := time.Now()
		if _, err := b.run(ctx); err != nil || time.Since(start) != time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}
