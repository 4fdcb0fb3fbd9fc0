package judge

import (
	"net/netip"
	"strconv"
	"strings"
)

// isURI: scheme ":" and no white space, quotes or brackets of other syntax.
func isURI(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	return ok && rest != "" && len(s) <= longestURI && isScheme(scheme) && strings.IndexFunc(s, func(r rune) bool {
		return r <= ' ' || r == 0x7f || r == '<' || r == '>' || r == '"'
	}) < 0
}

// isScheme: RFC 3986 3.1.
func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || !(s[i] >= '0' && s[i] <= '9' || strings.IndexByte("+-.", s[i]) >= 0)) {
			return false
		}
	}
	return s != ""
}

// checkURI checks a Request-URI: a scheme that a telephone can be reached by,
// and no header fields, which would be somebody else's (RFC 3261 19.1.1).
func checkURI(uri string) *fault {
	if !isURI(uri) {
		return refuse(Syntax, "Request-URI")
	}
	scheme, rest, _ := strings.Cut(uri, ":")
	switch strings.ToLower(scheme) {
	case "tel":
		return nil
	case "sip", "sips":
	default:
		return refuse(Scheme, "Request-URI")
	}
	// A user may hold what separates the parts of what follows it.
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = rest[i+1:]
	}
	host, _, _ := strings.Cut(rest, ";")
	if strings.Contains(rest, "?") || !isHostPort(host) {
		return refuse(Syntax, "Request-URI")
	}
	return nil
}

// isHostPort: a name, an IPv4 address, or an IPv6 address in brackets, and
// perhaps a port.
func isHostPort(s string) bool {
	host, port := s, ""
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 || !isIPv6(s[1:end]) {
			return false
		}
		host, port = "", s[end+1:]
	} else if i := strings.IndexByte(s, ':'); i >= 0 {
		host, port = s[:i], s[i:]
	}
	if port != "" {
		n, err := strconv.ParseUint(strings.TrimPrefix(port, ":"), 10, 16)
		if port[0] != ':' || err != nil || n == 0 {
			return false
		}
	}
	return strings.HasPrefix(s, "[") || isHostName(host)
}

// isIPv6 also takes three colons: RFC 3261's grammar allows them before an IPv4
// part, and a receiver should too (RFC 5118 4.10).
func isIPv6(s string) bool {
	addr, err := netip.ParseAddr(strings.Replace(s, ":::", "::", 1))
	return err == nil && addr.Is6() && addr.Zone() == ""
}

// isHostName is lenient: names with underscores exist.
func isHostName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-' || c == '.' || c == '_') {
			return false
		}
	}
	return s != ""
}
