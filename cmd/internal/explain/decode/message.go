package decode

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode"

	"star18/cmd/internal/capture"
)

// Message is one SIP message, as far as a call is told by it.
type Message struct {
	At       time.Time
	From, To netip.AddrPort
	Raw      []byte

	Method         string // of the request, or of the one that is answered
	URI            string
	Status         int // 0 of a request
	Phrase         string
	CallID         string
	FromTag, ToTag string
	CSeq           string
	ContentType    string
	Agent          string
	Body           []byte
	missing        int // bytes of the body that are not there
}

// Request tells requests from responses.
func (m *Message) Request() bool { return m.Status == 0 }

// compact are the short names of headers (RFC 3261 section 7.3.3).
var compact = map[string]string{"i": "call-id", "f": "from", "t": "to", "c": "content-type", "l": "content-length"}

// parseMessage reads what it can of a message; false if it is none or belongs
// to no call.
func parseMessage(d capture.Datagram) (*Message, bool) {
	head, body, _ := bytes.Cut(bytes.TrimLeft(d.Data, "\r\n"), []byte("\r\n\r\n"))
	lines := strings.Split(string(head), "\r\n")
	m := &Message{At: d.Time, From: d.From, To: d.To, Raw: d.Data, Body: body}
	if !m.first(lines[0]) {
		return nil, false
	}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		if long, ok := compact[name]; ok {
			name = long
		}
		m.header(name, strings.TrimSpace(value))
	}
	return m, m.CallID != "" && m.Method != ""
}

func (m *Message) first(line string) bool {
	parts := strings.SplitN(line, " ", 3)
	if len(parts) < 2 {
		return false
	}
	if parts[0] != "SIP/2.0" {
		m.Method, m.URI = Shown(parts[0]), parts[1]
		return len(parts) == 3
	}
	m.Status, _ = strconv.Atoi(parts[1])
	if len(parts) == 3 {
		m.Phrase = Shown(parts[2])
	}
	return m.Status >= 100 && m.Status < 700
}

func (m *Message) header(name, value string) {
	switch name {
	case "call-id":
		m.CallID = Shown(value)
	case "from":
		m.FromTag = tag(value)
	case "to":
		m.ToTag = tag(value)
	case "cseq":
		number, method, _ := strings.Cut(value, " ")
		m.CSeq = Shown(number)
		if m.Status != 0 {
			m.Method = Shown(strings.TrimSpace(method))
		}
	case "content-type":
		bare, _, _ := strings.Cut(value, ";")
		m.ContentType = strings.ToLower(Shown(strings.TrimSpace(bare)))
	case "user-agent", "server":
		m.Agent = Shown(value)
	case "content-length":
		if n, err := strconv.Atoi(value); err == nil {
			m.missing = max(0, n-len(m.Body))
		}
	}
}

// tag of a From or To header (RFC 3261 section 19.3).
func tag(value string) string {
	if _, after, ok := strings.Cut(value, ">"); ok {
		value = after
	}
	for _, p := range strings.Split(value, ";") {
		if name, v, ok := strings.Cut(strings.TrimSpace(p), "="); ok && strings.EqualFold(name, "tag") {
			return Shown(v)
		}
	}
	return ""
}

// user is the user part of a SIP URI.
func user(uri string) string {
	_, rest, _ := strings.Cut(uri, ":")
	name, _, found := strings.Cut(rest, "@")
	if !found {
		return ""
	}
	name, _, _ = strings.Cut(name, ";")
	return Shown(name)
}

// maxShown bounds any one text of a file.
const maxShown = 256

// Shown is text from a file as it may go to a terminal: what is not printable
// is removed, and nothing is endless.
func Shown(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	if len(text) > maxShown {
		return strings.ToValidUTF8(text[:maxShown], "") + ".."
	}
	return text
}
