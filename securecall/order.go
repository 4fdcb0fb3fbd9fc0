package securecall

import "math/bits"

// Order is the byte order of the message ID and SSRC words: the
// secure.wire.byte_order setting. RSA fields are always big-endian.
type Order string

// The byte orders.
const (
	Big    Order = "big"
	Little Order = "little"
)

// String implements fmt.Stringer.
func (o Order) String() string { return string(o) }

// word turns a number into the big-endian word of a message, or back.
func (o Order) word(v uint32) uint32 {
	if o == Little {
		return bits.ReverseBytes32(v)
	}
	return v
}

func (o Order) other() Order {
	if o == Little {
		return Big
	}
	return Little
}

// detectOrder finds out how a peer writes its words: only its SSRC word can be
// checked against something, the RTP stream that is already running. Without a
// match in either order the configured one stands.
func detectOrder(configured Order, ssrcWord uint32, s Streams) (o Order, matched bool) {
	if !s.PeerKnown {
		return configured, false
	}
	for _, o := range []Order{configured, configured.other()} {
		if o.word(ssrcWord) == s.PeerSSRC {
			return o, true
		}
	}
	return configured, false
}
