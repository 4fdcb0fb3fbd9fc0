//go:build !linux

package netwatch

import (
	"context"
	"time"
)

// start is where the clocks are compared from.
var start = time.Now()

// moves: nothing says so here; the network is looked at instead.
func moves(context.Context) <-chan struct{} { return nil }

// slept is what the wall clock has counted and the monotonic one has not: that
// stands still while the machine sleeps. A wall clock that is set looks the
// same, and costs a registration.
func slept() time.Duration {
	now := time.Now()
	return now.Round(0).Sub(start.Round(0)) - now.Sub(start)
}

// defaultRoutes: a new way out mostly brings a new address.
func defaultRoutes() ([]string, error) { return nil, nil }
