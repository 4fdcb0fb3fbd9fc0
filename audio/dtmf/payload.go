package dtmf

import "encoding/binary"

// PayloadSize is the length of one event in a packet.
const PayloadSize = 4

// maxDuration is the longest that one segment says.
const maxDuration = 0xFFFF

// volume is the level of the tone that an event stands for, in -dBm0 (RFC 4733
// section 2.3.3): what gateways make of ours. It is that of Tone.
const volume = 16

const (
	endBit     = 0x80
	volumeBits = 0x3f
)

// Payload is the content of an event packet.
type Payload struct {
	Event    Event
	End      bool
	Volume   uint8  // -dBm0
	Duration uint16 // timestamp units since the packet's timestamp
}

// Put writes the four octets.
func (p Payload) Put(b []byte) {
	b[0] = byte(p.Event)
	b[1] = p.Volume & volumeBits
	if p.End {
		b[1] |= endBit
	}
	binary.BigEndian.PutUint16(b[2:], p.Duration)
}

// ParsePayload reads the first event of a packet; false if there is none. The
// reserved bit is ignored, and so is what follows.
func ParsePayload(b []byte) (Payload, bool) {
	if len(b) < PayloadSize {
		return Payload{}, false
	}
	return Payload{
		Event: Event(b[0]), End: b[1]&endBit != 0, Volume: b[1] & volumeBits,
		Duration: binary.BigEndian.Uint16(b[2:]),
	}, true
}
