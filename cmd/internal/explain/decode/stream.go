package decode

import (
	"encoding/binary"
	"net/netip"
	"time"

	"star18/cmd/internal/capture"
)

// Packet is one RTP packet.
type Packet struct {
	At   time.Time
	Data []byte
}

// Seq is its sequence number.
func (p Packet) Seq() uint16 { return binary.BigEndian.Uint16(p.Data[2:]) }

// Timestamp is its RTP time.
func (p Packet) Timestamp() uint32 { return binary.BigEndian.Uint32(p.Data[4:]) }

// PayloadType is its seven bits.
func (p Packet) PayloadType() uint8 { return p.Data[1] & 0x7f }

// HeaderSize counts CSRCs and an extension (RFC 3550 section 5.1); false if
// the packet is too short for them.
func (p Packet) HeaderSize() (int, bool) {
	n := 12 + 4*int(p.Data[0]&0x0f)
	if p.Data[0]&0x10 != 0 {
		if len(p.Data) < n+4 {
			return 0, false
		}
		n += 4 + 4*int(binary.BigEndian.Uint16(p.Data[n+2:]))
	}
	return n, n <= len(p.Data)
}

// Stream is one SSRC from one address to another.
type Stream struct {
	Side     Side // who sends it; empty if it belongs to no call
	From, To netip.AddrPort
	SSRC     uint32
	Packets  []Packet
	Codec    string // name in SDP, or "" if not known
	PT       uint8
	Clock    int
	Change
}

// Change is where a stream became protected.
type Change struct {
	Length    int     // of a packet before, header included; 0 if none was seen
	Protected int     // index of the first protected packet; -1: none
	Tag       int     // by how much the packets grew
	Back      int     // index from which packets are as before again; -1: none
	Before    Texture // of the payload before the change
	After     Texture
}

type streamKey struct {
	from, to netip.AddrPort
	ssrc     uint32
}

// maxStreams bounds what hostile SSRCs can cost.
const maxStreams = 10000

// streams sorts RTP packets by flow and SSRC. RTCP on the same port has packet
// types 192 to 223 (RFC 5761 section 4).
func streams(rtp []capture.Datagram) []*Stream {
	var all []*Stream
	byKey := map[streamKey]*Stream{}
	for _, d := range rtp {
		if d.Data[1] >= 192 && d.Data[1] <= 223 {
			continue
		}
		p := Packet{d.Time, d.Data}
		key := streamKey{d.From, d.To, binary.BigEndian.Uint32(d.Data[8:])}
		s := byKey[key]
		if s == nil {
			if len(all) >= maxStreams {
				continue
			}
			s = &Stream{From: d.From, To: d.To, SSRC: key.ssrc, PT: p.PayloadType(), Change: Change{Protected: -1, Back: -1}}
			byKey[key] = s
			all = append(all, s)
		}
		s.Packets = append(s.Packets, p)
	}
	return all
}

// assign finds the call of each stream by the addresses of the descriptions,
// and, in a file with one call only, by elimination.
func assign(all []*Stream, calls []*Call) {
	for _, s := range all {
		for _, c := range calls {
			if side := c.sideOf(s); side != "" && c.during(s) {
				c.take(s, side)
				break
			}
		}
	}
	if len(calls) == 1 {
		for _, s := range all {
			if side := calls[0].guess(s, all); s.Side == "" && side != "" {
				calls[0].take(s, side)
			}
		}
	}
}

func (c *Call) take(s *Stream, side Side) {
	s.Side = side
	s.Codec, s.Clock = c.codec(s.PT)
	c.Streams = append(c.Streams, s)
}

// during: a port is used again by a later call.
func (c *Call) during(s *Stream) bool {
	const slack = 10 * time.Second
	first, last := c.Messages[0].At, c.Messages[len(c.Messages)-1].At
	if c.EndedBy == "" {
		return !s.Packets[len(s.Packets)-1].At.Before(first)
	}
	return s.Packets[0].At.Before(last.Add(slack)) && !s.Packets[len(s.Packets)-1].At.Before(first)
}

// sideOf compares addresses: packets come from where a side receives, or at
// least go to where the other does.
func (c *Call) sideOf(s *Stream) Side {
	for _, side := range []Side{Caller, Callee} {
		for _, d := range c.media[side] {
			switch d.Remote() {
			case s.From:
				return side
			case s.To:
				return side.Other()
			}
		}
	}
	return ""
}

// guess: a stream between the hosts of a side's stream, the other way round.
func (c *Call) guess(s *Stream, all []*Stream) Side {
	for _, other := range all {
		if other.Side != "" && other.From.Addr() == s.To.Addr() && other.To.Addr() == s.From.Addr() {
			return other.Side.Other()
		}
	}
	return ""
}

// static are the payload types of telephones that need no a=rtpmap (RFC 3551
// table 4).
var static = map[uint8]string{0: "PCMU", 2: "G726-32", 4: "G723", 8: "PCMA", 9: "G722", 18: "G729"}

func (c *Call) codec(pt uint8) (string, int) {
	for _, side := range []Side{Caller, Callee} {
		for _, d := range c.media[side] {
			for _, codec := range d.Codecs {
				if codec.PT == pt {
					return Shown(codec.Name), codec.ClockRate
				}
			}
		}
	}
	return static[pt], 8000
}
