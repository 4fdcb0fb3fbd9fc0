package report

import "encoding/binary"

// Packet types of RFC 3550 section 12.1 that a compound may begin with.
const (
	senderReport   = 200
	receiverReport = 201
)

// commonHeader is what every RTCP packet of a compound begins with: version,
// padding, count, type, length in words less one; then an SSRC.
const commonHeader = 8

// Begins reports whether b begins as a compound does, which is all that SRTCP
// leaves in clear (RFC 3711 section 3.4).
func Begins(b []byte) bool {
	return len(b) >= commonHeader && b[0]&0xe0 == 0x80 && (b[1] == senderReport || b[1] == receiverReport)
}

// Plausible is the validity check of RFC 3550 appendix A.2: version 2, a report
// first and without padding, lengths that end with the packet. It costs nothing,
// so it comes before anything that does.
func Plausible(b []byte) bool {
	if !Begins(b) {
		return false
	}
	for len(b) > 0 {
		if len(b) < 4 || b[0]>>6 != 2 {
			return false
		}
		n := 4 * (1 + int(binary.BigEndian.Uint16(b[2:])))
		if n > len(b) {
			return false
		}
		b = b[n:]
	}
	return true
}
