package refer

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// maxLength bounds everything that is read here; a Refer-To with a long Call-ID
// has 400 bytes.
const maxLength = 2048

// Scheme is how the target's address begins.
type Scheme string

// The schemes that can be called.
const (
	SIP  Scheme = "sip"
	SIPS Scheme = "sips"
	Tel  Scheme = "tel"
)

func (s Scheme) String() string { return string(s) }

// Target is whom a REFER asks to call. Of a tel address only Number is there,
// without its visual separators.
type Target struct {
	Scheme    Scheme
	User      string // as escaped in the URI
	Host      string // with port, if it had one
	Transport string // as the URI asks, or empty
	Replaces  *Replaces
}

// ParseTarget reads the value of a Refer-To header. Of the URI's parameters only
// the transport is kept; its headers may name a call to replace and nothing
// else, whatever RFC 3261 19.1.5 would leave to our judgement.
func ParseTarget(value string) (Target, error) {
	uri, err := address(value)
	if err != nil {
		return Target{}, err
	}
	scheme, rest, ok := strings.Cut(uri, ":")
	t := Target{Scheme: Scheme(strings.ToLower(scheme))}
	switch {
	case !ok:
		return Target{}, fmt.Errorf("%w: no scheme in %q", ErrSyntax, uri)
	case t.Scheme == Tel:
		return t.tel(rest)
	case t.Scheme != SIP && t.Scheme != SIPS:
		return Target{}, fmt.Errorf("%w: %q", ErrScheme, scheme)
	}
	return t.sip(rest)
}

// address takes the URI out of a header value: in angle brackets, or bare, and
// then what follows a ';' belongs to the header (RFC 3515 2.1).
func address(value string) (string, error) {
	if len(value) > maxLength {
		return "", fmt.Errorf("%w: %d bytes", ErrSyntax, len(value))
	}
	value = strings.Trim(value, " \t")
	uri, _, _ := strings.Cut(value, ";")
	if open := bracket(value); open >= 0 {
		end := strings.IndexByte(value[open:], '>')
		if end < 0 {
			return "", fmt.Errorf("%w: no '>'", ErrSyntax)
		}
		after := strings.TrimLeft(value[open+end+1:], " \t")
		if after != "" && after[0] != ';' {
			return "", fmt.Errorf("%w: %q after the address", ErrSyntax, after)
		}
		uri = value[open+1 : open+end]
	} else if strings.ContainsAny(value, ",\"") {
		return "", fmt.Errorf("%w: more than one address", ErrSyntax)
	}
	if uri = strings.Trim(uri, " \t"); !graphic(uri) {
		return "", fmt.Errorf("%w: address %q", ErrSyntax, uri)
	}
	return uri, nil
}

// bracket is where '<' opens the address, after any quoted name; -1 for none.
func bracket(value string) int {
	quoted := false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == '<' && !quoted:
			return i
		}
	}
	return -1
}

// graphic: visible ASCII and nothing else. A URI escapes the rest.
func graphic(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' || strings.IndexByte(`<>"`, s[i]) >= 0 {
			return false
		}
	}
	return s != ""
}

func (t Target) sip(rest string) (Target, error) {
	rest, headers, _ := strings.Cut(rest, "?")
	rest, params, _ := strings.Cut(rest, ";")
	user, host, ok := strings.Cut(rest, "@")
	switch {
	case !ok || user == "" || strings.ContainsRune(user, ':') || !escaped(user):
		return Target{}, fmt.Errorf("%w: no user to call in %q", ErrSyntax, rest)
	case !hostPort(host):
		return Target{}, fmt.Errorf("%w: host %q", ErrSyntax, host)
	}
	t.User, t.Host = user, host
	for _, p := range strings.Split(params, ";") {
		name, value, _ := strings.Cut(p, "=")
		switch strings.ToLower(name) {
		case "method":
			if value != "INVITE" {
				return Target{}, fmt.Errorf("%w: %q", ErrMethod, value)
			}
		case "transport":
			t.Transport = strings.ToLower(value)
		}
	}
	return t.headers(headers)
}

func (t Target) headers(text string) (Target, error) {
	for _, h := range strings.Split(text, "&") {
		name, value, _ := strings.Cut(h, "=")
		value, err := url.PathUnescape(value)
		switch {
		case h == "":
		case err != nil:
			return Target{}, fmt.Errorf("%w: %q", ErrSyntax, h)
		case strings.EqualFold(name, "Require") && strings.EqualFold(value, "replaces"): // we say so ourselves
		case strings.EqualFold(name, "Replaces") && t.Replaces == nil:
			r, err := ParseReplaces(value)
			if err != nil {
				return Target{}, err
			}
			t.Replaces = &r
		default:
			return Target{}, fmt.Errorf("%w: %q", ErrHeaders, name)
		}
	}
	return t, nil
}

func (t Target) tel(rest string) (Target, error) {
	number, _, _ := strings.Cut(rest, ";")
	number = strings.Map(func(r rune) rune {
		if strings.ContainsRune("-.()", r) {
			return -1
		}
		return r
	}, number)
	digits := strings.TrimPrefix(number, "+")
	if digits == "" || strings.Trim(digits, "0123456789*#") != "" {
		return Target{}, fmt.Errorf("%w: %q is no number", ErrSyntax, rest)
	}
	t.User = number
	return t, nil
}

// escaped: every '%' begins an escape, and none hides a control character.
func escaped(s string) bool {
	plain, err := url.PathUnescape(s)
	return err == nil && !strings.ContainsFunc(plain, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// hostPort: a name or an address, and a port if there is a colon.
func hostPort(s string) bool {
	if a, err := netip.ParseAddrPort(s); err == nil {
		return a.Port() != 0
	}
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return a.Is4() || strings.HasPrefix(s, "[") && a.Zone() == ""
	}
	host, port, found := strings.Cut(s, ":")
	if n, err := strconv.ParseUint(port, 10, 16); found && (err != nil || n == 0) {
		return false
	}
	for i := range len(host) {
		c := host[i] | 0x20
		if !(c >= 'a' && c <= 'z' || host[i] >= '0' && host[i] <= '9' || host[i] == '-' || host[i] == '.') {
			return false
		}
	}
	return host != ""
}

// URI is the target as a URI that names it again, without what it was to
// replace.
func (t Target) URI() string {
	if t.Scheme == Tel {
		return "tel:" + t.User
	}
	uri := string(t.Scheme) + ":" + t.User + "@" + t.Host
	if t.Transport != "" && graphic(t.Transport) && !strings.ContainsAny(t.Transport, ";?&=,") {
		uri += ";transport=" + t.Transport
	}
	return uri
}

// Value writes the target as a Refer-To header.
func (t Target) Value() string {
	if t.Replaces == nil {
		return "<" + t.URI() + ">"
	}
	return "<" + t.URI() + "?Replaces=" + escapeHeader(t.Replaces.Value()) + ">"
}

// escapeHeader escapes a URI's header value: everything but what RFC 3261 25.1
// lets stand there and no reader could take for something else.
func escapeHeader(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if l := c | 0x20; l >= 'a' && l <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("-_.!~*", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}
