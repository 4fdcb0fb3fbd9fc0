package dtmf

import "time"

// forgotten is how long after its last packet an event of the same timestamp is
// another press: some senders' clocks stand still while no audio flows.
const forgotten = 2 * time.Second

// reach is how far back, in timestamp units, a packet may come from that was
// overtaken: over a second on any clock. From farther back it is of a sender that
// began to count anew.
const reach = 1 << 16

// Receiver makes presses of event packets, each one once. The marker says
// nothing: SPA lines set it on every packet, others on none. What tells presses
// apart is the timestamp, which is that of the beginning in every packet of one
// (RFC 4733 section 2.1), so starts and ends may be lost or come again. It is
// for one SSRC.
type Receiver struct {
	any      bool
	event    Event
	start    uint32 // timestamp of the press, or of its latest segment
	duration uint16
	ended    bool
	at       time.Time
}

// Take reads a packet that arrived at now, and reports whether it is the first
// of a press.
func (r *Receiver) Take(timestamp uint32, p Payload, now time.Time) (pressed bool) {
	if !p.Event.Known() {
		return false
	}
	switch {
	case !r.any, r.another(timestamp, p, now):
		*r = Receiver{any: true, event: p.Event, start: timestamp, duration: p.Duration, ended: p.End, at: now}
		return true
	case r.older(timestamp):
		return false
	}
	if timestamp != r.start || p.Duration > r.duration {
		r.start, r.duration = timestamp, p.Duration
	}
	r.ended = r.ended || p.End
	r.at = now
	return false
}

// older reports whether a packet was overtaken by one of a later press.
func (r *Receiver) older(timestamp uint32) bool {
	ahead := int32(timestamp - r.start)
	return ahead < 0 && ahead >= -reach
}

// another reports whether the packet belongs to a press that is not known yet.
func (r *Receiver) another(timestamp uint32, p Payload, now time.Time) bool {
	silent := now.Sub(r.at) > forgotten
	switch {
	case timestamp == r.start:
		return p.Event != r.event || silent && p.Duration <= r.duration
	case r.older(timestamp):
		return silent // not overtaken: the sender's clock has begun anew
	case p.Event != r.event:
		return true
	}
	return !r.continues(timestamp-r.start, p)
}

// continues reports whether a packet with the same event and a later timestamp
// is still of the same press.
func (r *Receiver) continues(later uint32, p Payload) bool {
	switch {
	case later == maxDuration && !r.ended:
		return true // the next segment (section 2.5.1.3)
	case later < uint32(r.duration):
		return true // it began before the other can have ended
	}
	// Senders that write the packet's own time: it runs with the duration.
	return !r.ended && p.Duration > r.duration && later == uint32(p.Duration-r.duration)
}
