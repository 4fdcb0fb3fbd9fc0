package report

import (
	"fmt"

	"star18/cmd/internal/explain/decode"
)

// stream says what a third party sees of a stream.
func (p words) stream(s *decode.Stream) {
	p.line("    %s %s -> %s, SSRC 0x%08x, %s, %s", s.Side, s.From, s.To, s.SSRC, or(s.Codec, fmt.Sprintf("payload type %d", s.PT)), plural(len(s.Packets), "packet"))
	switch {
	case s.Protected < 0 && s.Before.Random():
		p.line("      of one length, and unreadable as %s: encrypted without a tag, or no sound", s.Codec)
	case s.Protected < 0:
		p.line("      in clear%s", texture(s.Before))
	default:
		p.change(s)
	}
	if s.Back >= 0 {
		p.line("      from packet %d (%s) on in clear AGAIN", s.Back+1, p.at(s.Packets[s.Back].At))
	}
}

func (p words) change(s *decode.Stream) {
	first := s.Packets[s.Protected]
	if s.Tag == 0 {
		p.line("      %s in clear, protected from packet %d (sequence %d, %s) on: its packets begin with all kinds of bytes, those of %s do not",
			plural(s.Protected, "packet"), s.Protected+1, first.Seq(), p.at(first.At), s.Codec)
		return
	}
	before := fmt.Sprintf("%s in clear, ", plural(s.Protected, "packet"))
	instead := fmt.Sprintf(" instead of %d", s.Length)
	if s.Length == 0 {
		before, instead = "", ""
	}
	p.line("      %sprotected from packet %d (sequence %d, %s) on: %d bytes%s, a tag of %d%s",
		before, s.Protected+1, first.Seq(), p.at(first.At), len(first.Data), instead, s.Tag, texture(s.After))
}

func texture(t decode.Texture) string {
	switch {
	case t.Random():
		return fmt.Sprintf("; not readable as sound (chi-square %.0f, random bytes have 255)", t.ChiSquare)
	case t.Sound():
		return fmt.Sprintf("; readable as sound (chi-square %.0f, random bytes have 255)", t.ChiSquare)
	}
	return ""
}
