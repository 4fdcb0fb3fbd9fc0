package audio

import "time"

// Packet is what a jitter buffer keeps of an RTP packet. Its payload belongs to
// the buffer and is valid until the next call of any of the buffer's methods.
type Packet struct {
	Seq       uint16
	Timestamp uint32
	Marker    bool
	Noise     bool // comfort noise (RFC 3389), not of the codec
	Payload   []byte
}

// Arrival says what a jitter buffer did with a packet.
type Arrival uint8

const (
	ArrivalStored    Arrival = iota // kept for its turn
	ArrivalLate                     // its turn was over
	ArrivalDuplicate                // already there
)

func (a Arrival) String() string {
	switch a {
	case ArrivalStored:
		return "stored"
	case ArrivalLate:
		return "late"
	case ArrivalDuplicate:
		return "duplicate"
	}
	return "unknown arrival"
}

// Step says what a jitter buffer wants played next.
type Step uint8

const (
	StepWait    Step = iota // nothing to play: fill the time, then ask again
	StepPlay                // play the packet
	StepConceal             // a packet is missing: fill its time, go on after it
	StepMerge               // play the packet and the one that Next returns after it in the time of one
	StepStretch             // play the packet in the time of two
)

func (s Step) String() string {
	switch s {
	case StepWait:
		return "wait"
	case StepPlay:
		return "play"
	case StepConceal:
		return "conceal"
	case StepMerge:
		return "merge"
	case StepStretch:
		return "stretch"
	}
	return "unknown step"
}

// JitterBuffer puts packets back into order and decides how long each waits.
// It has no clock and no lock of its own: Playout gives the time and holds the
// lock. Put and Next do not allocate.
type JitterBuffer interface {
	// Put copies the packet. Sequence numbers lie within half their range of
	// those before; Reset comes first when they do not. A payload has at most
	// 1500 octets.
	Put(p Packet, now time.Time) Arrival
	// Next is asked whenever the sound handed out before is used up.
	Next(now time.Time) (Packet, Step)
	// Following is the packet after the gap that StepConceal, answered last, stands
	// for; false if it is not there. It stays in the buffer.
	Following() (Packet, bool)
	// Depth is the sound that waits, in RTP clock units.
	Depth() int
	// Dropped counts packets thrown away to keep the delay bounded.
	Dropped() uint64
	// Reset forgets all packets, not the count of those dropped.
	Reset()
}
