package refer

import (
	"fmt"
	"strings"
)

// Replaces names a call that an INVITE is to take the place of, as that call's
// party sees it who gets the INVITE: ToTag is its own tag (RFC 3891 3).
type Replaces struct {
	CallID    string
	ToTag     string
	FromTag   string
	EarlyOnly bool
}

// ParseReplaces reads the value of a Replaces header.
func ParseReplaces(value string) (Replaces, error) {
	if len(value) > maxLength {
		return Replaces{}, fmt.Errorf("%w: Replaces of %d bytes", ErrSyntax, len(value))
	}
	callID, params, _ := strings.Cut(value, ";")
	r := Replaces{CallID: strings.Trim(callID, " \t")}
	for _, p := range strings.Split(params, ";") {
		name, v, _ := strings.Cut(p, "=")
		v = strings.Trim(v, " \t")
		var field *string
		switch strings.ToLower(strings.Trim(name, " \t")) {
		case "to-tag":
			field = &r.ToTag
		case "from-tag":
			field = &r.FromTag
		case "early-only":
			r.EarlyOnly = true
			continue
		default:
			continue
		}
		if *field != "" || !token(v) {
			return Replaces{}, fmt.Errorf("%w: Replaces: %q", ErrSyntax, p)
		}
		*field = v
	}
	if !word(r.CallID) || r.ToTag == "" || r.FromTag == "" {
		return Replaces{}, fmt.Errorf("%w: Replaces: Call-ID and both tags are needed", ErrSyntax)
	}
	return r, nil
}

// Value writes the header's value.
func (r Replaces) Value() string {
	text := r.CallID + ";to-tag=" + r.ToTag + ";from-tag=" + r.FromTag
	if r.EarlyOnly {
		text += ";early-only"
	}
	return text
}

// token and word are RFC 3261 25.1's; a Call-ID is one or two words and an '@'.
func token(s string) bool { return madeOf(s, "-.!%*_+`'~") }

func word(s string) bool { return madeOf(s, "-.!%*_+`'~()<>:\\\"/[]?{}@") }

func madeOf(s, others string) bool {
	for i := range len(s) {
		l := s[i] | 0x20
		if !(l >= 'a' && l <= 'z' || s[i] >= '0' && s[i] <= '9' || strings.IndexByte(others, s[i]) >= 0) {
			return false
		}
	}
	return s != ""
}
