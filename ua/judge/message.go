package judge

import (
	"bytes"
	"strings"
)

// Bounds that no telephone's message reaches.
const (
	maxOctets  = 65535
	maxFields  = 200
	maxVias    = 70 // as many hops as Max-Forwards allows (RFC 3261 8.1.1.6)
	longestURI = 2048
)

// field is one header field, unfolded; name in lower case and in its long form.
type field struct {
	name  string
	text  string // the name as it was written
	value string
}

// message is what a message is made of, before anything is made of it.
type message struct {
	start  string
	fields []field
	body   []byte
}

// long are the compact forms (RFC 3261 7.3.3, and the registry since).
var long = map[string]string{
	"i": "call-id", "m": "contact", "e": "content-encoding", "l": "content-length", "c": "content-type",
	"f": "from", "s": "subject", "k": "supported", "t": "to", "v": "via",
	"r": "refer-to", "b": "referred-by", "o": "event", "u": "allow-events", "x": "session-expires",
}

// split takes a message apart. What it could read stands in m even if it fails.
func split(raw []byte) (m message, err *fault) {
	head, body, ended := bytes.Cut(raw, []byte("\r\n\r\n"))
	m.body = body
	lines := unfold(strings.TrimSuffix(string(head), "\r\n"))
	m.start = lines[0]
	if len(raw) > maxOctets || len(lines) > maxFields {
		err = refuse(TooMuch, "header fields")
		lines = lines[:min(len(lines), maxFields)]
	}
	for _, line := range lines[1:] {
		f, bad := readField(line)
		if bad != nil {
			err = first(err, bad)
			continue
		}
		m.fields = append(m.fields, f)
	}
	if !ended {
		err = first(err, refuse(Syntax, "no empty line after the header"))
	}
	return m, err
}

// unfold joins the lines that go on in the next one (RFC 3261 7.3.1). Each octet
// is copied once: a datagram may be nothing but folds.
func unfold(head string) []string {
	var lines, parts []string // parts of the line that is being read
	for line := range strings.SplitSeq(head, "\r\n") {
		if len(lines) > 0 && line != "" && (line[0] == ' ' || line[0] == '\t') {
			parts = append(parts, strings.Trim(line, " \t"))
			continue
		}
		if parts != nil {
			lines = append(lines, strings.Join(parts, " "))
		}
		parts = []string{line}
	}
	return append(lines, strings.Join(parts, " "))
}

func readField(line string) (field, *fault) {
	name, value, ok := strings.Cut(line, ":")
	name = strings.TrimRight(name, " \t")
	switch {
	case !ok || !isToken(name):
		return field{}, refuse(Syntax, "a line that is no header field")
	case strings.ContainsAny(line, "\r\n"):
		return field{}, refuse(Syntax, "a line end that is half of one")
	}
	f := field{name: strings.ToLower(name), text: name, value: strings.Trim(value, " \t")}
	if full, ok := long[f.name]; ok {
		f.name = full
	}
	return f, nil
}

// all returns the values of one name.
func (m *message) all(name string) []string {
	var out []string
	for _, f := range m.fields {
		if f.name == name {
			out = append(out, f.value)
		}
	}
	return out
}

// one returns the value of a name that stands at most once.
func (m *message) one(name string) (value string, found bool, err *fault) {
	switch values := m.all(name); len(values) {
	case 0:
		return "", false, nil
	case 1:
		return values[0], true, nil
	}
	return "", false, refuse(Repeated, name)
}

func first(a, b *fault) *fault {
	if a != nil {
		return a
	}
	return b
}

// isToken: RFC 3261 25.1.
func isToken(s string) bool {
	for i := range len(s) {
		if !isTokenByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func isTokenByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("-.!%*_+`'~", c) >= 0
}
