package mwi

import (
	"strings"
	"time"
)

// Our own choices.
const (
	Expires    = time.Hour        // asked for
	retryAfter = 30 * time.Second // after a failure, doubled each time
	retryMost  = time.Hour
	least      = 10 * time.Second // between two requests, whatever a server says
	maxExpires = 24 * time.Hour
)

// Step is what a subscription does next.
type Step struct {
	Give  bool          // up: this server has no such thing
	Anew  bool          // the dialog is gone: a new subscription
	Wait  time.Duration // before the next SUBSCRIBE
	Lower time.Duration // an Expires to ask for instead; 0 keeps it
}

// Policy decides by what a server answers. Used by one goroutine.
type Policy struct{ failures int }

// Answered takes the final response to a SUBSCRIBE: its status, its Expires (0:
// none), Min-Expires of a 423 and Retry-After (0: none).
func (p *Policy) Answered(status int, expires, minExpires, after time.Duration) Step {
	switch {
	case status >= 200 && status < 300:
		p.failures = 0
		if expires <= 0 {
			expires = Expires
		}
		// Renewed with a fifth of it left, as RFC 6665 4.1.2.2 leaves room for.
		return Step{Wait: max(min(expires, maxExpires)*4/5, least)}
	case status == 423 && minExpires > 0 && minExpires <= maxExpires && p.failures == 0:
		p.failures++
		return Step{Lower: minExpires}
	case status == 481:
		return p.again(0) // RFC 6665 4.1.2.1: the subscription is gone
	case gives(status):
		return Step{Give: true}
	}
	return p.again(after)
}

// gives: asking again would bring the same (RFC 6665 4.1.2.1; 489: Bad Event).
func gives(status int) bool {
	switch status {
	case 400, 401, 403, 404, 405, 407, 410, 415, 416, 420, 489, 501, 603, 604:
		return true
	}
	return false
}

// Silent: nobody answered.
func (p *Policy) Silent() Step { return p.again(0) }

func (p *Policy) again(after time.Duration) Step {
	wait := min(retryAfter<<min(p.failures, 8), retryMost)
	p.failures++
	return Step{Anew: true, Wait: min(max(wait, after), maxExpires)}
}

// Terminated takes a NOTIFY that ends the subscription (RFC 6665 4.1.3).
func (p *Policy) Terminated(reason string, after time.Duration) Step {
	switch strings.ToLower(reason) {
	case "rejected", "noresource", "invariant":
		return Step{Give: true}
	case "deactivated", "timeout":
		return Step{Anew: true, Wait: least}
	}
	return p.again(after)
}
