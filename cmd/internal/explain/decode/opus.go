package decode

import (
	"slices"
	"time"
)

// Opus packets of most telephones have no steady length. Their first byte, the table
// of contents (RFC 6716 section 3.1: mode, bandwidth, duration, channels, frames),
// takes few values in a stream; that of an encrypted packet takes any.
const (
	contents = 16 // packets in a row that are looked at
	spread   = 11 // different first bytes among them; fewer of random ones: once in 10^6
)

// studyOpus finds the change of an Opus stream. Packets from before the keys are
// clear whatever they look like; keys is zero where nobody knows when they came.
func (s *Stream) studyOpus(at []int, keys time.Time) {
	clear := map[byte]bool{}
	for i := range at {
		first, ok := s.first(at[i])
		switch {
		case !ok:
		case s.Protected < 0 && (s.Packets[at[i]].At.Before(keys) || clear[first] || !s.isSpread(at[i:])):
			clear[first] = true
		case s.Protected < 0:
			s.Protected = at[i]
			s.grown(at, i)
		case clear[first] && len(at)-i >= contents && !s.isSpread(at[i:]):
			s.Back = at[i]
			return
		}
	}
}

// grown: at a constant bit rate the length of the tag shows.
func (s *Stream) grown(at []int, i int) {
	if i == 0 {
		return
	}
	before, after := len(s.Packets[at[0]].Data), len(s.Packets[at[i]].Data)
	if slices.Contains(tags, after-before) && s.stays(at[i:], after) {
		s.Length, s.Tag = before, after-before
	}
}

// isSpread: the next packets begin with all kinds of bytes.
func (s *Stream) isSpread(at []int) bool {
	seen := map[byte]bool{}
	for _, i := range at[:min(contents, len(at))] {
		if first, ok := s.first(i); ok {
			seen[first] = true
		}
	}
	return len(seen) >= spread
}

// first byte of a payload.
func (s *Stream) first(i int) (byte, bool) {
	p := s.Packets[i]
	n, ok := p.HeaderSize()
	if !ok || n >= len(p.Data) {
		return 0, false
	}
	return p.Data[n], true
}
