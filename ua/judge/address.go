package judge

import (
	"strings"
)

// splitOutside cuts at sep where it stands neither in a quoted string nor between
// angle brackets, and trims the parts.
func splitOutside(s string, sep byte) []string {
	var parts []string
	start, angle := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' && !angle:
			i += quoteEnd(s[i:]) - 1
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case c == sep && !angle:
			parts = append(parts, strings.Trim(s[start:i], " \t"))
			start = i + 1
		}
	}
	return append(parts, strings.Trim(s[start:], " \t"))
}

// quoteEnd is the length of the quoted string at the beginning of s; all of s and
// more if it does not end.
func quoteEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s) + 1
}

// checkAddress takes a name-addr or addr-spec with parameters (RFC 3261 25.1):
//
//	"Joe \"J\" Smith" <sip:joe@example.com;lr>;tag=1
//	token words <sip:...>
//	sip:joe@example.com;tag=1        parameters are the header's, not the URI's
func checkAddress(value string) (tidied string, err *fault) {
	bad := refuse(Syntax, "address")
	name, rest := "", value
	if strings.HasPrefix(value, `"`) {
		end := quoteEnd(value)
		if end > len(value) {
			return "", bad
		}
		name, rest = value[:end], strings.TrimLeft(value[end:], " \t")
		if !strings.HasPrefix(rest, "<") {
			return "", bad
		}
	}
	open := strings.IndexByte(rest, '<')
	if open < 0 {
		return bareAddress(rest)
	}
	if name == "" {
		name = strings.TrimRight(rest[:open], " \t")
		for word := range strings.FieldsSeq(name) {
			if !isToken(word) {
				return "", bad
			}
		}
	}
	closing := strings.IndexByte(rest, '>')
	if closing < open || !isURI(rest[open+1:closing]) {
		return "", bad
	}
	params, ok := headerParams(rest[closing+1:])
	if !ok {
		return "", bad
	}
	if name != "" {
		name += " "
	}
	return name + rest[open:closing+1] + params, nil
}

// bareAddress has no angle brackets, and therefore none of ',', ';' and '?' in its
// URI (RFC 3261 20.10).
func bareAddress(s string) (string, *fault) {
	parts := splitOutside(s, ';')
	params, ok := tidyParams(parts[1:])
	if !ok || !isURI(parts[0]) || strings.ContainsAny(parts[0], "?,\"") {
		return "", refuse(Syntax, "address")
	}
	return parts[0] + params, nil
}

// headerParams are what follows the '>'.
func headerParams(s string) (string, bool) {
	s = strings.Trim(s, " \t")
	if s == "" {
		return "", true
	}
	if s[0] != ';' {
		return "", false
	}
	return tidyParams(splitOutside(s[1:], ';'))
}

// afterAddress is the part of a tidied address that holds the header's parameters.
func afterAddress(s string) string {
	if strings.HasPrefix(s, `"`) {
		if end := quoteEnd(s); end <= len(s) {
			s = s[end:]
		}
	}
	if i := strings.IndexByte(s, '>'); i >= 0 {
		return s[i:]
	}
	return s
}
