package judge

import "strings"

// cookie marks a branch that is unique (RFC 3261 8.1.1.7).
const cookie = "z9hG4bK"

// vias are the Via values of all header fields, the topmost first, without what
// is none at all.
func (m *message) vias() []string {
	var out []string
	for _, value := range m.all("via") {
		for _, via := range splitOutside(value, ',') {
			if strings.Contains(via, "/") {
				out = append(out, via)
			}
		}
	}
	return out
}

// checkVias checks and tidies every Via: "SIP / 2.0 / UDP  host ; branch = x" is
// one (RFC 3261 25.1).
func (m *message) checkVias() *fault {
	count := 0
	for i := range m.fields {
		f := &m.fields[i]
		if f.name != "via" {
			continue
		}
		values := splitOutside(f.value, ',')
		for j, value := range values {
			tidied, ok := tidyVia(value)
			if !ok {
				return refuse(Syntax, "Via")
			}
			values[j] = tidied
		}
		f.value = strings.Join(values, ",")
		count += len(values)
	}
	if count > maxVias {
		return refuse(TooMuch, "Via")
	}
	return nil
}

func tidyVia(value string) (string, bool) {
	parts := splitOutside(value, ';')
	protocol := strings.SplitN(parts[0], "/", 3)
	if len(protocol) != 3 {
		return "", false
	}
	name, version := strings.TrimSpace(protocol[0]), strings.TrimSpace(protocol[1])
	words := strings.Fields(protocol[2])
	if !isToken(name) || !isToken(version) || len(words) < 2 || !isToken(words[0]) {
		return "", false
	}
	host := strings.Join(words[1:], "") // "host : port"
	if !isHostPort(host) {
		return "", false
	}
	params, ok := tidyParams(parts[1:])
	return name + "/" + version + "/" + words[0] + " " + host + params, ok
}

// topBranch: the cookie alone names no transaction. Others from there will be as
// broken, so it is refused and not guessed at.
func (m *message) topBranch() *fault {
	vias := m.vias()
	if len(vias) == 0 {
		return nil // mandatory has said so
	}
	for _, param := range splitOutside(vias[0], ';')[1:] {
		name, value, _ := strings.Cut(param, "=")
		if strings.EqualFold(strings.TrimSpace(name), "branch") && strings.TrimSpace(value) == cookie {
			return refuse(Syntax, "branch")
		}
	}
	return nil
}

// tidyParams writes parameters without white space: a name, or name=value.
func tidyParams(params []string) (string, bool) {
	var b strings.Builder
	for _, p := range params {
		name, value, valued := strings.Cut(p, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !isToken(name) || valued && !isParamValue(value) {
			return "", false
		}
		b.WriteString(";" + name)
		if valued {
			b.WriteString("=" + value)
		}
	}
	return b.String(), true
}

// isParamValue: a token, a host, or a quoted string.
func isParamValue(s string) bool {
	if s == "" {
		return false
	}
	if s[0] == '"' {
		return len(s) > 1 && quoteEnd(s) == len(s)
	}
	return !strings.ContainsAny(s, " \t\"<>,;")
}
