package securecall

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// padded cuts the NUL padding off a field of a certificate.
func padded(field []byte) []byte {
	text, _, _ := bytes.Cut(field, []byte{0})
	return text
}

// printable is text from a certificate, which the other side wrote, in a form
// that a terminal or a log takes no orders from: control and formatting
// characters, invalid UTF-8 and every space but the plain one become U+FFFD.
func printable(text []byte) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return utf8.RuneError
	}, string(text))
}
