package judge

import (
	"strconv"
	"strings"
)

// common checks what requests and responses share, and tidies it on the way.
func (m *message) common() *fault {
	for _, check := range []func() *fault{m.mandatory, m.single, m.checkVias, m.addresses, m.contentLength} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// mandatory: RFC 3261 8.1.1. Max-Forwards is left out: old devices send none.
func (m *message) mandatory() *fault {
	for _, h := range []struct{ name, shown string }{{"via", "Via"}, {"from", "From"}, {"to", "To"}, {"call-id", "Call-ID"}} {
		values := m.all(h.name)
		if len(values) == 0 || strings.Trim(values[0], ", ") == "" {
			return refuse(Missing, h.shown)
		}
	}
	return nil
}

// single: header fields of which there is one value, not a list (RFC 3261 20).
func (m *message) single() *fault {
	for _, name := range []string{"from", "to", "call-id", "max-forwards", "content-type", "content-length", "expires",
		"min-expires", "session-expires", "rack", "rseq", "refer-to", "replaces", "event"} {
		if _, _, err := m.one(name); err != nil {
			return err
		}
	}
	if forwards, found, _ := m.one("max-forwards"); found && !isDigits(forwards) {
		return refuse(Syntax, "Max-Forwards")
	}
	return nil
}

// addresses: From, To and Contact and what else holds one.
func (m *message) addresses() *fault {
	for i := range m.fields {
		f := &m.fields[i]
		switch f.name {
		case "from", "to", "refer-to", "referred-by":
			tidied, err := checkAddress(f.value)
			if err != nil {
				return refuse(Syntax, f.text)
			}
			f.value = tidied
		case "contact", "route", "record-route", "p-asserted-identity":
			if err := f.tidyList(); err != nil {
				return refuse(Syntax, f.text)
			}
		}
	}
	return nil
}

// tidyList takes a list of addresses, or the "*" of a Contact.
func (f *field) tidyList() *fault {
	if f.value == "*" && f.name == "contact" {
		return nil
	}
	var out []string
	for _, one := range splitOutside(f.value, ',') {
		tidied, err := checkAddress(one)
		if err != nil {
			return err
		}
		out = append(out, tidied)
	}
	f.value = strings.Join(out, ", ")
	return nil
}

// contentLength: what is more than it says is not part of the message, what is
// less was cut off on the way (RFC 3261 18.3).
func (m *message) contentLength() *fault {
	value, found, _ := m.one("content-length") // single has looked
	if !found {
		return nil
	}
	if !isDigits(value) {
		return refuse(Syntax, "Content-Length")
	}
	n, err := strconv.Atoi(value)
	if err != nil || n > len(m.body) {
		return refuse(BodyLength, "Content-Length")
	}
	m.body = m.body[:n]
	return nil
}

// write puts the message together again, each Via on a line of its own.
func (m *message) write() []byte {
	var b strings.Builder
	b.WriteString(m.start + "\r\n")
	for _, f := range m.fields {
		if f.name != "via" {
			b.WriteString(f.text + ": " + f.value + "\r\n")
			continue
		}
		for _, via := range splitOutside(f.value, ',') {
			b.WriteString("Via: " + via + "\r\n")
		}
	}
	b.WriteString("\r\n")
	return append([]byte(b.String()), m.body...)
}
