package decode

import (
	"slices"
	"time"
)

// tags are the lengths of the transforms' authentication tags, in bytes:
// 32, 80 and 128 bits.
var tags = []int{4, 10, 16}

// steady is how many packets of a new length make a change and not an accident.
const steady = 3

// sample is how many packets each side of a change are looked into.
const sample = 50

// study finds the change from clear to protected packets: they grow by the
// length of a tag and stay so. Only packets of the stream's payload type count;
// telephone events have lengths of their own. keys: see studyOpus.
func (s *Stream) study(keys time.Time) {
	at := s.speech()
	if len(at) == 0 {
		return
	}
	if s.Codec == "opus" {
		s.studyOpus(at, keys)
		return
	}
	s.Length = len(s.Packets[at[0]].Data)
	for i := range at {
		if grown := len(s.Packets[at[i]].Data) - s.Length; slices.Contains(tags, grown) && s.stays(at[i:], s.Length+grown) {
			s.Protected, s.Tag = at[i], grown
			s.Before, s.After = s.texture(at[:i], 0), s.texture(at[i:], grown)
			s.back(at[i:])
			return
		}
	}
	s.fromTheStart(at)
}

// speech are the indices of the packets of the first packet's payload type.
func (s *Stream) speech() []int {
	var at []int
	for i, p := range s.Packets {
		if p.PayloadType() == s.PT {
			at = append(at, i)
		}
	}
	return at
}

func (s *Stream) stays(at []int, length int) bool {
	for _, i := range at[:min(steady, len(at))] {
		if len(s.Packets[i].Data) != length {
			return false
		}
	}
	return true
}

// back finds the first of several packets of the old length after the change.
func (s *Stream) back(at []int) {
	for i := range at {
		if len(at)-i >= steady && s.stays(at[i:], s.Length) {
			s.Back = at[i]
			return
		}
	}
}

// g711Step is 10 ms of G.711: every clear packet is a multiple of it.
const g711Step = 80

// fromTheStart: the stream never changed, because it is clear, or because the
// capture began after the change. G.711 tells by its length.
func (s *Stream) fromTheStart(at []int) {
	s.Before = s.texture(at, 0)
	if s.Codec != "PCMU" && s.Codec != "PCMA" {
		return
	}
	header, ok := s.Packets[at[0]].HeaderSize()
	for _, tag := range tags {
		if payload := s.Length - header - tag; ok && payload > 0 && payload%g711Step == 0 && s.texture(at, tag).Random() {
			s.Protected, s.Tag, s.After, s.Length, s.Before = at[0], tag, s.texture(at, tag), 0, Texture{}
			return
		}
	}
}

// texture looks at payloads without their last tag bytes.
func (s *Stream) texture(at []int, tag int) Texture {
	var t Texture
	if len(at) > sample {
		at = at[:sample]
	}
	for _, i := range at {
		p := s.Packets[i]
		if header, ok := p.HeaderSize(); ok && len(p.Data) >= header+tag {
			t.add(p.Data[header : len(p.Data)-tag])
		}
	}
	return t.done()
}
