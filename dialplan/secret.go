package dialplan

import (
	"fmt"
	"log/slog"
	"strings"
)

// Secret is a password of a gateway. Whatever prints it prints [secret].
type Secret string

const hidden = "[secret]"

func (s Secret) String() string               { return hidden }
func (s Secret) GoString() string             { return hidden }
func (s Secret) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(hidden)) }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Reveal is the password itself, for the one place that answers a challenge with it.
func (s Secret) Reveal() string { return string(s) }

// Redact is a plan fit to be shown: the values of its pwd parameters are replaced. White space
// is no part of the language, so `p w d = x` is a password as well. Only ';' and '>' end a value, so
// that the password of a substitution left open hides all that follows it.
func Redact(plan string) string {
	var out strings.Builder
	for plan != "" {
		end := strings.IndexAny(plan, ";>")
		piece, mark := plan, ""
		if end >= 0 {
			piece, mark = plan[:end], plan[end:end+1]
		}
		out.WriteString(redactParameter(piece))
		out.WriteString(mark)
		plan = plan[len(piece)+len(mark):]
	}
	return out.String()
}

func redactParameter(piece string) string {
	name, _, found := strings.Cut(piece, "=")
	if !found || !strings.EqualFold(withoutSpace(name), "pwd") {
		return piece
	}
	return name + "=" + hidden
}

// withoutSpace drops what the plan language ignores.
func withoutSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if isSpace(byte(min(r, 0x7f))) {
			return -1
		}
		return r
	}, s)
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
