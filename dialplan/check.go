package dialplan

import (
	"net/netip"
	"strconv"
	"strings"
)

// Everything that leaves this package for a SIP message passes isUser and splitHostPort. Both name
// what they allow, not what they refuse, so no CR, LF, quote, space, '<', '>', ';' or '%' that a
// later decoder could turn into one of them gets through.

const (
	maxTyped  = 512 // longer than any number or URI below
	maxNumber = 63  // UserID<=63 (5.1)
	maxHost   = 253 // RFC 1035 section 2.3.4
)

// userMarks are the characters besides letters and digits of a user part: the marks of RFC 3261
// section 25.1 that need no quoting anywhere, '+' of an E.164 number, '#' of a key (the URI writer
// escapes it), '=' and '&' that RFC 3261 allows unescaped.
const userMarks = "-_.!~*+#=&"

func isUser(s string) bool {
	if len(s) > maxNumber {
		return false
	}
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && strings.IndexByte(userMarks, s[i]) < 0 {
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// splitHostPort takes a name, an IPv4 address or a bracketed IPv6 address, and a port or 0.
func splitHostPort(s string) (host string, port uint16, ok bool) {
	host = s
	if colon := strings.LastIndexByte(s, ':'); colon > strings.LastIndexByte(s, ']') {
		n, err := strconv.ParseUint(s[colon+1:], 10, 16)
		if err != nil || n == 0 || !isDigit(s[colon+1]) {
			return "", 0, false
		}
		host, port = s[:colon], uint16(n)
	}
	return host, port, isHost(host)
}

// isHost holds a name that ends in digits to be an IPv4 address (RFC 1123 section 2.1).
func isHost(host string) bool {
	if inner, bracketed := strings.CutPrefix(host, "["); bracketed {
		inner, bracketed = strings.CutSuffix(inner, "]")
		ip, err := netip.ParseAddr(inner)
		return bracketed && err == nil && ip.Is6() && ip.Zone() == ""
	}
	labels := strings.TrimSuffix(host, ".")
	if last := labels[strings.LastIndexByte(labels, '.')+1:]; len(host) > maxHost || strings.Trim(last, "0123456789") == "" {
		ip, err := netip.ParseAddr(host)
		return err == nil && ip.Is4()
	}
	for label := range strings.SplitSeq(labels, ".") {
		if !isLabel(label) {
			return false
		}
	}
	return true
}

// isLabel is the rule of RFC 1123 section 2.1, with the underscore that private names carry.
func isLabel(label string) bool {
	if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	for i := range len(label) {
		if !isAlphanumeric(label[i]) && label[i] != '-' && label[i] != '_' {
			return false
		}
	}
	return true
}
