package audio

import "time"

// Limits of RFC 3550 appendix A.1 on believable sequence numbers.
const (
	maxDropout  = 3000 // packets that a jump forward may skip
	maxMisorder = 100  // packets that may have been overtaken
	// minSequential packets in a row at an unbelievable place are a restart.
	minSequential = 2
	// minRepeated in-order packets in a row from the past, with nothing new
	// among them, are a restart too (200 ms at 20 ms). Our own choice: without
	// it a sender that steps back a little is silent until it catches up.
	minRepeated = 10
	// maxTransitJump is how far the transit time of one packet may leap before
	// the timestamps are taken as restarted and not as jitter. Our own choice.
	maxTransitJump = 2 * time.Second
)

// placing says where a packet stands in its sequence.
type placing uint8

const (
	placeNew       placing = iota // newest so far
	placeOlder                    // overtaken, seen for the first time
	placeDuplicate                // seen before
	placeSuspect                  // nowhere near; the next one decides
	placeRestart                  // the sender began anew
)

// reception keeps the receiver's account of one stream after RFC 3550
// appendices A.1 (sequence), A.3 (loss) and A.8 (jitter).
type reception struct {
	clockRate int

	started  bool
	highest  uint16
	cycles   uint32 // of highest, times 2^16
	seen     uint64 // bit i: packet highest-i came
	expected uint64
	received uint64

	suspect uint16 // what would follow the last packet that was not new
	run     int    // how many such packets came in a row

	timed   bool
	epoch   time.Time // arrival of the first packet, zero of the transit time
	transit int64     // arrival minus timestamp of the last packet, clock units
	stamp   uint32
	jitter  float64 // clock units
}

// place accounts for one packet.
func (r *reception) place(seq uint16) placing {
	if !r.started {
		r.restart(seq)
		return placeNew
	}
	step := int(int16(seq - r.highest))
	switch {
	case step > 0 && step < maxDropout:
		r.advance(step)
		return placeNew
	case step <= 0 && step > -maxMisorder:
		return r.placePast(seq, -step)
	}
	return r.orRestart(seq, minSequential, placeSuspect)
}

func (r *reception) advance(step int) {
	if int(r.highest)+step > 0xFFFF {
		r.cycles += 1 << 16
	}
	r.highest += uint16(step)
	r.seen = r.seen<<min(step, 64) | 1
	r.expected += uint64(step)
	r.received++
	r.run = 0
}

func (r *reception) placePast(seq uint16, age int) placing {
	if age < 64 && r.seen&(1<<age) != 0 {
		return r.orRestart(seq, minRepeated, placeDuplicate)
	}
	p := r.orRestart(seq, minRepeated, placeOlder)
	if p == placeOlder {
		r.seen |= 1 << age
		r.received++
	}
	return p
}

// orRestart is the usual placing unless enough such packets came in order.
func (r *reception) orRestart(seq uint16, enough int, usual placing) placing {
	if r.run > 0 && seq == r.suspect {
		r.run++
	} else {
		r.run = 1
	}
	r.suspect = seq + 1
	if r.run < enough {
		return usual
	}
	r.restart(seq)
	return placeRestart
}

func (r *reception) restart(seq uint16) {
	r.started, r.timed, r.run = true, false, 0
	r.highest, r.cycles, r.seen = seq, 0, 1
	r.expected++
	r.received++
}

// time accounts for the arrival time of one packet (RFC 3550 appendix A.8).
func (r *reception) time(timestamp uint32, now time.Time) {
	if !r.timed {
		r.timed, r.epoch, r.stamp, r.transit = true, now, timestamp, 0
		return
	}
	sent := int64(int32(timestamp - r.stamp))
	arrived := int64(now.Sub(r.epoch)) * int64(r.clockRate) / int64(time.Second)
	d := arrived - sent - r.transit
	if max(d, -d) > int64(maxTransitJump.Seconds())*int64(r.clockRate) {
		r.timed = false
		r.time(timestamp, now)
		return
	}
	r.transit += d
	r.jitter += (float64(max(d, -d)) - r.jitter) / 16
}

// lost is what was expected and never came (RFC 3550 appendix A.3).
func (r *reception) lost() uint64 {
	if r.received > r.expected {
		return 0
	}
	return r.expected - r.received
}

func (r *reception) jitterMS() float64 { return r.jitter * 1000 / float64(r.clockRate) }
