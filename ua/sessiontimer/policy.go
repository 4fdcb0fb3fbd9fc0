package sessiontimer

import "time"

// AbsoluteMin is below what no session interval may be (RFC 4028 section 4).
const AbsoluteMin = 90 * time.Second

// Policy is what this end wants: Interval is asked for, 0 for nothing; Min is
// the least that it takes.
type Policy struct{ Interval, Min time.Duration }

func (p Policy) least() time.Duration { return max(p.Min, AbsoluteMin) }

// Demand is what a request carries.
type Demand struct {
	Expires Expires       // zero: no session timer asked for
	MinSE   time.Duration // 0: none
	Timer   bool          // Supported names timer
}

// Ask is the Demand of our own request. raised is the Min-SE that 422 answers of
// this call brought; current the session that is running, whose interval and
// refresher a request inside the call keeps (RFC 4028 7.1 and 7.4).
func (p Policy) Ask(raised time.Duration, current Session) Demand {
	want := Expires{Interval: p.Interval}
	if current.Running() {
		want.Interval = current.Interval
		want.Refresher = UAS
		if current.Ours {
			want.Refresher = UAC
		}
	}
	if want.Interval == 0 && raised == 0 {
		return Demand{Timer: true}
	}
	d := Demand{Expires: want, Timer: true}
	d.Expires.Interval = max(want.Interval, raised, p.least())
	if least := max(raised, p.least()); least > AbsoluteMin {
		d.MinSE = least
	}
	return d
}

// Judge is the UAS's first look: the Min-SE of a 422, or 0 to go on. A caller
// without timer could not understand a 422 (RFC 4028 section 9).
func (p Policy) Judge(d Demand) (minSE time.Duration) {
	if d.Timer && d.Expires.Interval > 0 && d.Expires.Interval < p.least() {
		return p.least()
	}
	return 0
}

// Grant is the UAS's answer in its 2xx: the header, whether Require: timer goes
// with it, and the session that runs from then on. The interval is never raised,
// and lowered only to our own, not below what the caller can bear; who refreshes
// is the caller's choice, else the caller if it can (RFC 4028 section 9, table 2).
func (p Policy) Grant(d Demand) (Expires, bool, Session) {
	got := d.Expires
	switch {
	case got.Interval == 0 && p.Interval == 0:
		return Expires{}, false, Session{}
	case got.Interval == 0:
		got.Interval = max(p.Interval, d.MinSE, p.least())
	case p.Interval > 0 && p.Interval < got.Interval:
		got.Interval = max(p.Interval, d.MinSE, p.least())
	}
	if d.Expires.Interval > 0 {
		got.Interval = min(got.Interval, d.Expires.Interval)
	}
	got.Interval = max(got.Interval, AbsoluteMin)
	switch {
	case !d.Timer:
		got.Refresher = UAS
	case got.Refresher == Unsaid:
		got.Refresher = UAC
	}
	return got, d.Timer, Session{Interval: got.Interval, Ours: got.Refresher == UAS}
}

// Granted is the UAC's reading of a 2xx. Without a Session-Expires the session
// does not expire; without a refresher parameter, which the answer must have, it
// is us.
func Granted(e Expires) Session {
	if e.Interval == 0 {
		return Session{}
	}
	return Session{Interval: max(e.Interval, AbsoluteMin), Ours: e.Refresher != UAS}
}
