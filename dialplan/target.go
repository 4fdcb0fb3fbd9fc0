package dialplan

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
)

// target is where a call goes: what becomes of a dial string after codes and plan.
type target struct {
	scheme Scheme
	number string
	host   string
	route  *Route
}

// separators are for the eye and dropped from numbers: those of RFC 3966, and what web pages and word
// processors put in their place: two spaces that do not break, two hyphens, the en dash.
const separators = " -.()/\u00a0\u202f\u2010\u2011\u2013"

func withoutSeparators(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(separators, r) {
			return -1
		}
		return r
	}, s)
}

// numberKeys are the keys of a number written with separators.
func numberKeys(s string) (string, bool) {
	keys := withoutSeparators(s)
	return keys, strings.Trim(keys, keyAlphabet) == ""
}

// parseE164 takes "+1 (408) 555-1234". No plan can name '+', so such a number is sent as it is.
func parseE164(s string) (target, bool) {
	digits, plus := strings.CutPrefix(withoutSeparators(s), "+")
	ok := plus && digits != "" && len(digits) < maxNumber && strings.Trim(digits, "0123456789") == ""
	return target{number: "+" + digits}, ok
}

// parseDotted takes an IPv4 address as written, with or without a port. It comes before numbers:
// without its dots 192.168.1.5 would ring somebody.
func parseDotted(s string) (target, bool) {
	host, port, ok := splitHostPort(s)
	ip, err := netip.ParseAddr(host)
	if !ok || err != nil || !ip.Is4() {
		return target{}, false
	}
	return target{host: hostPort(host, port)}, true
}

// parseAddress takes user@host, a user of the line's own domain, and after a scheme also a bare IP
// address. RFC 3261 would read "sip:joe" as a host; nobody who types it means one.
func parseAddress(scheme Scheme, body string) (target, error) {
	if strings.ContainsAny(body, ";?") {
		return target{}, ErrURIParameters
	}
	user, address, at := strings.Cut(body, "@")
	if !at {
		if t, ok := parseDotted(body); ok && scheme != "" {
			t.scheme = scheme
			return t, nil
		}
	}
	host, port, ok := splitHostPort(address)
	switch {
	case !isUser(user):
		return target{}, notUser(user, ErrURI)
	case user == "" || at && !ok:
		return target{}, ErrURI
	}
	return target{scheme: scheme, number: user, host: hostPort(host, port)}, nil
}

// parseTyped takes an address without a scheme, which needs a letter or an '@' to be one (1.1).
func parseTyped(s string) (target, error) {
	if !strings.Contains(s, "@") && !strings.ContainsFunc(s, unicode.IsLetter) {
		return target{}, notNumber(s)
	}
	return parseAddress("", s)
}

func hostPort(host string, port uint16) string {
	if port == 0 {
		return host
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), strconv.Itoa(int(port)))
}

// cutScheme takes "sip:" and its like off, in any case (RFC 3986 section 3.1).
func cutScheme(s string) (scheme, body string, ok bool) {
	name, body, found := strings.Cut(s, ":")
	switch name = strings.ToLower(name); name {
	case "sip", "sips", "tel":
		return name, body, found
	}
	return "", s, false
}
