package callerid

import (
	"net/url"
	"strings"
	"unicode"
)

// Limits on what strangers send.
const (
	maxValue   = 1024 // octets of a header that are read
	maxParties = 8    // addresses in all headers of a name
	maxShown   = 64   // characters of a name or number
)

// address is a name-addr or addr-spec of SIP (RFC 3261 25.1), its parameters by
// lower-case name.
type address struct {
	name, user, host string
	params           map[string]string
}

// parseAddress takes one address; false if it is no sip, sips or tel URI. It is
// tolerant: a missing bracket or quote ends at the end of the text.
func parseAddress(text string) (address, bool) {
	text = strings.TrimSpace(text[:min(len(text), maxValue)])
	var a address
	if strings.HasPrefix(text, `"`) {
		a.name, text = quoted(text[1:])
	}
	before, rest, bracketed := strings.Cut(text, "<")
	uri, params := "", ""
	if bracketed {
		a.name = firstOf(a.name, strings.TrimSpace(before))
		uri, params, _ = strings.Cut(rest, ">")
	} else {
		uri, params, _ = strings.Cut(strings.TrimSpace(text), ";")
		params = ";" + params
	}
	a.params = parameters(params)
	return a, a.readURI(strings.TrimSpace(uri))
}

// quoted reads up to the closing quote, and gives what follows it.
func quoted(text string) (name, rest string) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
		case text[i] == '"':
			return b.String(), text[i+1:]
		}
		b.WriteByte(text[i])
	}
	return b.String(), ""
}

func parameters(text string) map[string]string {
	params := map[string]string{}
	for p := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(p, "=")
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			params[name] = strings.ToLower(strings.Trim(strings.TrimSpace(value), `"`))
		}
	}
	return params
}

// readURI takes the user and host. What follows ';' or ':' in the user part is
// a parameter (RFC 3966 3, phone-context) or a password.
func (a *address) readURI(uri string) bool {
	scheme, rest, ok := strings.Cut(uri, ":")
	if !ok {
		return false
	}
	rest, _, _ = strings.Cut(rest, "?")
	switch strings.ToLower(scheme) {
	case "tel":
		a.user, _, _ = strings.Cut(rest, ";")
		a.user = strings.Map(dropSeparator, a.user)
		return a.user != ""
	case "sip", "sips":
	default:
		return false
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user := rest[:at]
		user = user[:len(user)-len(strings.TrimLeftFunc(user, func(r rune) bool { return r != ';' && r != ':' }))]
		if plain, err := url.PathUnescape(user); err == nil {
			user = plain
		}
		a.user, rest = user, rest[at+1:]
	}
	a.host, _, _ = strings.Cut(rest, ";")
	return a.host != ""
}

// dropSeparator: "1-408-555 1234" and "14085551234" are one number (RFC 3966 5.1.1).
func dropSeparator(r rune) rune {
	if strings.ContainsRune("-.() ", r) {
		return -1
	}
	return r
}

// isAnonymous: RFC 3323 4.1.1.3 reserves the host and shows the rest as what an
// anonymous From looks like; servers use their own domain with it as well.
func (a address) isAnonymous() bool {
	host, _, _ := strings.Cut(a.host, ":")
	return strings.EqualFold(host, anonymousHost) || strings.EqualFold(a.user, anonymousUser) ||
		a.user == "" && strings.EqualFold(strings.TrimSpace(a.name), Anonymous)
}

// splitList cuts headers at the commas between addresses, not at those in names
// or URIs.
func splitList(values []string) []string {
	var out []string
	for _, text := range values {
		text = text[:min(len(text), maxValue)]
		start, inQuote, inURI := 0, false, false
		for i := 0; i < len(text) && len(out) < maxParties; i++ {
			switch c := text[i]; {
			case inQuote && c == '\\':
				i++
			case c == '"' && !inURI:
				inQuote = !inQuote
			case inQuote:
			case c == '<' || c == '>':
				inURI = c == '<'
			case c == ',' && !inURI:
				out, start = append(out, text[start:i]), i+1
			}
		}
		if len(out) < maxParties {
			out = append(out, text[start:])
		}
	}
	return out
}

// shownName is a name for a screen. The '$' at its beginning is kept for names
// that a certificate gives (secure calls show "$Joe Smith"): one that merely
// claims it loses it.
func shownName(text string) string {
	return strings.TrimLeft(printable(text), "$﹩＄ ")
}

func shownNumber(text string) string { return strings.TrimLeft(printable(text), "$﹩＄ ") }

func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	if runes := []rune(text); len(runes) > maxShown {
		text = string(runes[:maxShown])
	}
	return strings.TrimSpace(text)
}
