package dialplan

import (
	"strings"
	"unicode/utf8"
)

// nearLength keeps an error on one line.
const nearLength = 24

// fail names a fault at column pos (from 0) of the script.
func (p *parser) fail(pos int, near string, reason error) error {
	return &PlanError{Sequence: p.seq, Column: pos + 1, Near: shortened(Redact(near)), Reason: reason}
}

// failRest is fail with what stands from pos on.
func (p *parser) failRest(pos int, reason error) error {
	return p.fail(pos, p.text[pos:], reason)
}

// failRune is fail with the one character at the parser's place.
func (p *parser) failRune(reason error) error {
	_, size := utf8.DecodeRuneInString(p.text[p.pos:])
	return p.fail(p.pos, p.text[p.pos:p.pos+size], reason)
}

// failKey is failRune, and knows the signs of a plan that was copied out of a profile.
func (p *parser) failKey() error {
	for _, sign := range []string{"&lt;", "&gt;", "&amp;"} {
		if strings.HasPrefix(p.text[p.pos:], sign) {
			return p.fail(p.pos, sign, ErrEscaped)
		}
	}
	return p.failRune(ErrUnknownElement)
}

func shortened(near string) string {
	near = trimmed(near)
	if len(near) <= nearLength {
		return near
	}
	return strings.ToValidUTF8(near[:nearLength], "") + "..."
}

func trimmed(s string) string { return strings.Trim(s, " \t\r\n") }
