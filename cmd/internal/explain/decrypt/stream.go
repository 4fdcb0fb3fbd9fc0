package decrypt

import (
	"slices"

	"star18/audio/rtpstream"
	"star18/cmd/internal/explain/decode"
)

// played is a packet whose sound is known.
type played struct {
	decode.Packet
	payload []byte
}

// position follows the rollover counter of one stream (RFC 3711 section
// 3.3.1). The counter begins with 0 at the first protected packet.
type position struct {
	begun bool
	roc   uint32
	top   uint16
}

// guess is the counter of a packet with this number.
func (p *position) guess(seq uint16) uint32 {
	switch {
	case !p.begun:
		return 0
	case p.top < 0x8000 && seq > p.top+0x8000 && p.roc > 0:
		return p.roc - 1
	case p.top >= 0x8000 && seq < p.top-0x8000:
		return p.roc + 1
	}
	return p.roc
}

func (p *position) accept(seq uint16, roc uint32) {
	if !p.begun || roc > p.roc || roc == p.roc && seq > p.top {
		p.begun, p.roc, p.top = true, roc, seq
	}
}

// stream goes through the packets: before the first that authenticates all are
// clear, after it what does not authenticate is not believed.
func (s *session) stream(in *decode.Stream) *Stream {
	out := &Stream{Stream: in}
	var at position
	for _, p := range in.Packets {
		header, ok := p.HeaderSize()
		if !ok {
			out.Failed++
			continue
		}
		t, roc, ok := s.try(p, &at, out.Transform)
		switch {
		case ok:
			at.accept(p.Seq(), roc)
			out.Transform = t
			out.Authenticated++
			out.keep(p, unpad(p.Data, s.payload(p.Data, header, roc, recipes[t])))
		case out.Authenticated == 0:
			out.Clear++
			out.keep(p, unpad(p.Data, p.Data[header:]))
		default:
			out.Failed++
		}
	}
	return out
}

// try finds the transform: the one that was right before, then all others.
func (s *session) try(p decode.Packet, at *position, last rtpstream.Transform) (rtpstream.Transform, uint32, bool) {
	order := rtpstream.Transforms()
	slices.SortStableFunc(order, func(a, b rtpstream.Transform) int { return rank(a, last) - rank(b, last) })
	for _, t := range order {
		r, known := recipes[t]
		if !known {
			continue
		}
		for _, roc := range counters(at, p.Seq()) {
			if s.authentic(p.Data, roc, r) {
				return t, roc, true
			}
		}
	}
	return "", 0, false
}

func rank(t, last rtpstream.Transform) int {
	if t == last {
		return 0
	}
	return 1
}

// counters: the first packet of a capture may come after a wrap that it does
// not show.
func counters(at *position, seq uint16) []uint32 {
	if !at.begun {
		return []uint32{0, 1}
	}
	return []uint32{at.guess(seq)}
}

func (s *Stream) keep(p decode.Packet, payload []byte) {
	if p.PayloadType() == s.PT && len(payload) > 0 {
		s.packets = append(s.packets, played{p, payload})
	}
}

// unpad drops the padding of a packet that has some (RFC 3550 section 5.1).
func unpad(packet, payload []byte) []byte {
	if packet[0]&0x20 == 0 || len(payload) == 0 {
		return payload
	}
	n := int(payload[len(payload)-1])
	if n > len(payload) {
		return nil
	}
	return payload[:len(payload)-n]
}
