package sdp

import (
	"net/netip"
	"time"
)

// Origin is the o= line: who describes, and which state of the description.
type Origin struct {
	User    string
	ID      uint64
	Version uint64
	Host    string // as written; nobody needs it to be an address
}

// Media is an m= line other than the audio stream in use: kept so that an
// answer can refuse it at its place (RFC 3264 6).
type Media struct {
	Kind    string
	Profile Profile
	Formats []string
	Refused bool // by port 0 in the description that was read
}

// Session is a description reduced to its one audio stream.
type Session struct {
	Origin Origin
	Name   string

	Address   netip.Addr // of the audio stream: its own c= line, else the session's
	Port      uint16     // 0: refused or switched off
	Profile   Profile
	Direction Direction // of the audio stream: its own attribute, else the session's
	Codecs    []Codec   // in the order of the m= line; formats without a meaning left out
	Formats   []string  // of the m= line as written
	Ptime     time.Duration
	MaxPtime  time.Duration

	RTCP    netip.AddrPort // a=rtcp; invalid if absent
	RTCPMux bool

	// Encryption: the stream's a=crypto attributes in their order, and whether a
	// DTLS fingerprint is there.
	Crypto      []Crypto
	Fingerprint bool

	// The other m= lines, before and after the audio stream.
	Before, After []Media
}

// onHold reports whether the describer wants no media: by its direction, or by
// the older c=0.0.0.0 (RFC 3264 8.4, RFC 2543 B.5).
func (s *Session) onHold() bool {
	return !s.Direction.Receives() || s.Address.IsUnspecified()
}

// Remote is where the described stream expects its packets.
func (s *Session) Remote() netip.AddrPort { return netip.AddrPortFrom(s.Address, s.Port) }

// wants is the direction with the older hold read as the newer: c=0.0.0.0 may
// send and does not receive.
func (s *Session) wants() Direction {
	if s.Address.IsUnspecified() {
		return s.Direction.and(SendOnly)
	}
	return s.Direction
}
