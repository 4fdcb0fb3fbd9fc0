package sessiontimer

import "time"

// Session is what was agreed; the zero value does not expire.
type Session struct {
	Interval time.Duration
	Ours     bool // this end refreshes
}

// Running: the session expires unless it is refreshed.
func (s Session) Running() bool { return s.Interval > 0 }

// RefreshAfter is when the refresher refreshes: at half the interval.
func (s Session) RefreshAfter() time.Duration { return s.Interval / 2 }

// byeMargin is the most by which a BYE comes before the end.
const byeMargin = 32 * time.Second

// ExpireAfter is when a session that was not refreshed is hung up: before its
// end by 32 s or a third of the interval, the lesser (RFC 4028 section 10).
func (s Session) ExpireAfter() time.Duration { return s.Interval - min(byeMargin, s.Interval/3) }
