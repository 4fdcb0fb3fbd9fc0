package rtpstream

import "encoding/binary"

// RFC 3550 section 5.1.
const (
	rtpVersion  = 2
	fixedHeader = 12
	seqOffset   = 2
	timeOffset  = 4
	ssrcOffset  = 8
	markerBit   = 0x80
)

// Header extension profiles whose elements have lengths of their own (RFC 8285
// sections 4.2 and 4.3).
const (
	profileOneByte = 0xbede
	profileTwoByte = 0x1000
)

// maxPayload is the longest payload that is looked at: more does not fit into
// an Ethernet frame and is no speech.
const maxPayload = 1500

// header is what the stream needs of an RTP header.
type header struct {
	marker bool
	padded bool
	pt     uint8
	seq    uint16
	time   uint32
	ssrc   uint32
	size   int // octets before the payload, with CSRCs and extension
}

// parseHeader refuses what is no RTP packet, and says why. It is at least as strict as the
// parser of the SRTP library, so that one never meets a header it dislikes.
func parseHeader(b []byte) (h header, c cause) {
	switch {
	case len(b) < fixedHeader:
		return h, cutShort
	case b[0]>>6 != rtpVersion:
		return h, badVersion
	}
	h = header{
		marker: b[1]&markerBit != 0,
		padded: b[0]&0x20 != 0,
		pt:     b[1] &^ markerBit,
		seq:    binary.BigEndian.Uint16(b[seqOffset:]),
		time:   binary.BigEndian.Uint32(b[timeOffset:]),
		ssrc:   binary.BigEndian.Uint32(b[ssrcOffset:]),
		size:   fixedHeader + 4*int(b[0]&0x0f),
	}
	if h.rtcp() { // counts reports where RTP counts sources
		h.size = fixedHeader
		return h, accepted
	}
	if len(b) < h.size {
		return h, badCSRC
	}
	if b[0]&0x10 != 0 {
		n, ok := extensionSize(b[h.size:])
		if !ok {
			return h, badExtension
		}
		h.size += n
	}
	if len(b)-h.size > maxPayload {
		return h, tooLong
	}
	return h, accepted
}

// extensionSize measures the header extension that b starts with (RFC 3550
// section 5.3.1: profile, length in words, words).
func extensionSize(b []byte) (int, bool) {
	if len(b) < 4 {
		return 0, false
	}
	n := 4 + 4*int(binary.BigEndian.Uint16(b[2:]))
	if len(b) < n {
		return 0, false
	}
	return n, elementsFit(binary.BigEndian.Uint16(b), b[4:n])
}

// elementsFit checks that no element of an RFC 8285 extension reaches beyond
// its end.
func elementsFit(profile uint16, ext []byte) bool {
	for len(ext) > 0 {
		n := 1 // an octet of zero is padding between elements
		if ext[0] != 0 {
			n = elementSize(profile, ext)
		}
		if n == 0 {
			return true
		}
		if n > len(ext) {
			return false
		}
		ext = ext[n:]
	}
	return true
}

// elementSize is the size of the first element of ext, 0 if nothing after it
// is to be read.
func elementSize(profile uint16, ext []byte) int {
	switch profile {
	case profileOneByte:
		if id := ext[0] >> 4; id == 0 || id == 15 {
			return 0 // RFC 8285 section 4.2: stop here
		}
		return 2 + int(ext[0]&0x0f)
	case profileTwoByte:
		if len(ext) < 2 {
			return 2 // longer than what is there: refused
		}
		return 2 + int(ext[1])
	}
	return 0 // other profiles have no elements
}

// rtcp recognises RTCP on the RTP port by its packet type, 192 to 223 in the
// second octet (RFC 5761 section 4).
func (h header) rtcp() bool {
	return h.marker && h.pt >= 64 && h.pt <= 95
}

// payload is what follows the header, without padding. The padding of an SRTP
// packet is encrypted, so this is for clear and for decrypted packets only.
func (h header) payload(packet []byte) (p []byte, ok bool) {
	p = packet[h.size:]
	if !h.padded {
		return p, true
	}
	if len(p) == 0 {
		return nil, false
	}
	n := int(p[len(p)-1])
	if n == 0 || n > len(p) {
		return nil, false
	}
	return p[:len(p)-n], true
}

// put writes the twelve octets of a header without CSRCs and extension.
func (h header) put(b []byte) {
	b[0] = rtpVersion << 6
	b[1] = h.pt
	if h.marker {
		b[1] |= markerBit
	}
	binary.BigEndian.PutUint16(b[seqOffset:], h.seq)
	binary.BigEndian.PutUint32(b[timeOffset:], h.time)
	binary.BigEndian.PutUint32(b[ssrcOffset:], h.ssrc)
}
