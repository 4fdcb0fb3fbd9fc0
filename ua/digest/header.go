package digest

import (
	"errors"
	"strings"
)

// Why a header value cannot be used.
var (
	ErrScheme = errors.New("not a digest header")
	ErrSyntax = errors.New("malformed digest header")
	ErrText   = errors.New("control character in digest parameter")
)

// maxHeader bounds what is read: real challenges have a few hundred bytes.
const maxHeader = 4096

// param is one name=value of a header, the value unquoted.
type param struct {
	name, value string
	quote       bool // as written: quoted
}

// params is a whole header value. Names are compared in lower case.
type params []param

func (p params) get(name string) string {
	for _, x := range p {
		if x.name == name {
			return x.value
		}
	}
	return ""
}

// parseHeader reads "Digest name=value, ...". It takes what devices write: any
// case, any blanks, values without their quotes, empty members.
func parseHeader(value string) (params, error) {
	if len(value) > maxHeader {
		return nil, ErrSyntax
	}
	value = strings.TrimSpace(value)
	scheme, rest, _ := strings.Cut(strings.ReplaceAll(value, "\t", " "), " ")
	if !strings.EqualFold(scheme, "Digest") {
		return nil, ErrScheme
	}
	if !printable(rest) {
		return nil, ErrText
	}
	var out params
	for {
		rest = strings.TrimLeft(rest, " ,")
		if rest == "" {
			return out, nil
		}
		p, after, err := parseParam(rest)
		if err != nil {
			return nil, err
		}
		out, rest = append(out, p), after
	}
}

func parseParam(s string) (p param, rest string, err error) {
	name, rest, ok := strings.Cut(s, "=")
	name = strings.ToLower(strings.TrimSpace(name))
	if !ok || name == "" || strings.ContainsAny(name, " \",") {
		return param{}, "", ErrSyntax
	}
	rest = strings.TrimLeft(rest, " ")
	if strings.HasPrefix(rest, `"`) {
		value, rest, err := unquote(rest[1:])
		return param{name, value, true}, rest, err
	}
	value, rest, _ := strings.Cut(rest, ",")
	return param{name, strings.TrimSpace(value), false}, rest, nil
}

// unquote reads up to the closing quote; a backslash takes the next byte as it is.
func unquote(s string) (value, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], nil
		case '\\':
			if i++; i == len(s) {
				return "", "", ErrSyntax
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", ErrSyntax
}

// format writes the header value. What cannot be written without ending a line
// or a quotation is refused, whoever chose it.
func (p params) format() (string, error) {
	var b strings.Builder
	b.WriteString("Digest ")
	for i, x := range p {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(x.name + "=")
		switch {
		case !printable(x.value):
			return "", ErrText
		case x.quote:
			b.WriteString(`"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(x.value) + `"`)
		case x.value == "" || strings.ContainsAny(x.value, " \",\\"):
			return "", ErrSyntax
		default:
			b.WriteString(x.value)
		}
	}
	return b.String(), nil
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}
