package audio

import (
	"encoding/binary"
	"time"
)

// l16 is linear sound as it is, in network byte order (RFC 3551 section 4.5.11):
// for tests, and for networks that have the room. Its static types are 44100 Hz,
// so ours are dynamic.
type l16 struct{ rate int }

// l16Types are what we number each rate with until a peer has a number for it.
var l16Types = map[int]uint8{8000: 98, 16000: 99, 48000: 100}

func (l16) Name() string         { return "L16" }
func (c l16) PayloadType() uint8 { return l16Types[c.rate] }
func (c l16) Rate() int          { return c.rate }
func (c l16) ClockRate() int     { return c.rate }

func (l16) Encode(dst []byte, pcm []int16) int {
	n := min(len(dst)/2, len(pcm))
	for i, s := range pcm[:n] {
		binary.BigEndian.PutUint16(dst[2*i:], uint16(s))
	}
	return 2 * n
}

// Decode leaves out half a sample at the end.
func (l16) Decode(dst []int16, payload []byte) (int, error) {
	n := len(payload) / 2
	if len(dst) < n {
		return 0, ErrShortBuffer
	}
	for i := range n {
		dst[i] = int16(binary.BigEndian.Uint16(payload[2*i:]))
	}
	return n, nil
}

// mostOctets fit into one packet of any network together with their headers.
const mostOctets = 1200

// PacketTime keeps a packet whole: 20 ms at 48000 Hz are 1920 octets.
func (c l16) PacketTime(wish time.Duration) time.Duration {
	const step = 10 * time.Millisecond
	longest := time.Duration(mostOctets/2) * time.Second / time.Duration(c.rate)
	return max(step, min(wish, longest.Truncate(step)))
}
