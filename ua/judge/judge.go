package judge

import (
	"net/netip"
	"strconv"
	"strings"
)

// Message judges one datagram that came from this address. Octets of a datagram
// after its body are left out, as RFC 3261 18.3 has it.
func Message(raw []byte, from netip.AddrPort) Verdict { return look(raw, from, true) }

func look(raw []byte, from netip.AddrPort, datagram bool) Verdict {
	raw = []byte(strings.TrimLeft(string(raw), "\r\n")) // RFC 3261 7.5
	if len(raw) == 0 {
		return Verdict{Reason: Keepalive}
	}
	m, err := split(raw)
	if strings.HasPrefix(strings.ToUpper(m.start), "SIP/") {
		return m.response(err)
	}
	return m.request(err, from, datagram)
}

// Stream judges one whole message of a stream, as Message does a datagram. There
// Content-Length is mandatory: nothing else says where the message ends (RFC 3261
// 18.3, 20.14).
func Stream(raw []byte, from netip.AddrPort) Verdict {
	v := look(raw, from, false)
	if v.Pass == nil {
		return v
	}
	m, _ := split(v.Pass)
	if _, found, _ := m.one("content-length"); found {
		return v
	}
	return m.refused(refuse(Missing, "Content-Length"), from)
}

// Framed judges one frame of a WebSocket, which says itself where the message ends:
// Content-Length may be left out (RFC 7118 5.4), and is put in for who reads on.
func Framed(raw []byte, from netip.AddrPort) Verdict {
	v := look(raw, from, false)
	if v.Pass == nil {
		return v
	}
	m, _ := split(v.Pass)
	if _, found, _ := m.one("content-length"); !found {
		m.fields = append(m.fields, field{"content-length", "Content-Length", strconv.Itoa(len(m.body))})
		v.Pass = m.write()
	}
	return v
}

// Unreadable judges a message that passed, but that the parser behind cannot
// read: a request is answered all the same.
func Unreadable(passed []byte, from netip.AddrPort) Verdict {
	m, _ := split(passed)
	return m.refused(refuse(Syntax, "not understood"), from)
}

// refused answers a message that was sound so far, if it is one to answer.
func (m *message) refused(why *fault, from netip.AddrPort) Verdict {
	v := Verdict{Reason: why.reason, Detail: why.detail}
	if !strings.HasPrefix(m.start, "SIP/") && !strings.HasPrefix(m.start, "ACK ") {
		v.Reply = m.reply(why, from)
	}
	return v
}

func (m *message) response(err *fault) Verdict {
	err = first(err, m.statusLine())
	if _, _, bad := m.cseq(); bad != nil {
		err = first(err, bad)
	}
	err = first(err, m.common())
	if from, _, _ := m.one("from"); err == nil && !strings.Contains(strings.ToLower(afterAddress(from)), ";tag=") {
		err = refuse(Missing, "tag of From") // ours always has one
	}
	if n := len(m.vias()); err == nil && n != 1 {
		// RFC 3261 18.1.2 and 8.1.3.3: it was meant for somebody else.
		err = refuse(Repeated, "via of a response")
	}
	if err != nil {
		return Verdict{Reason: err.reason, Detail: err.detail}
	}
	return Verdict{Pass: m.write()}
}

// statusLine checks a response's first line: three digits, 100 to 699.
func (m *message) statusLine() *fault {
	version, rest, _ := strings.Cut(m.start, " ")
	code, _, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(code)
	switch {
	case !strings.EqualFold(version, "SIP/2.0"):
		return refuse(Version, "status line")
	case err != nil || len(code) != 3 || n < 100 || n > 699:
		return refuse(Range, "status code")
	}
	m.start = "SIP/2.0" + m.start[len(version):]
	return nil
}

func (m *message) request(err *fault, from netip.AddrPort, datagram bool) Verdict {
	method, uri, bad := m.requestLine()
	if bad != nil && bad.reason == Version {
		err = bad // whatever else is wrong: the rest may mean something else there
	}
	err = first(err, bad)
	named, _, bad := m.cseq()
	err = first(err, bad)
	err = first(err, m.common())
	if err == nil && named != method {
		err = refuse(Mismatch, "CSeq")
	}
	err = first(err, m.topBranch())
	if err == nil && !known[method] {
		err = refuse(Method, "")
	}
	err = first(err, checkURI(uri))
	if err == nil {
		m.datedBranch(uri)
		m.note(from, datagram)
		return Verdict{Pass: m.write()}
	}
	v := Verdict{Reason: err.reason, Detail: err.detail}
	switch {
	case method == "ACK" || strings.HasPrefix(m.start, "ACK "): // RFC 3261 17: never answered
	case len(m.vias()) == 0:
		v.Reason = Nonsense // nobody could tell what is answered
	default:
		v.Reply = m.reply(err, from)
	}
	return v
}

// known are the methods of the registry: another one is not implemented, these
// are answered by who knows which of them it takes.
var known = map[string]bool{
	"ACK": true, "BYE": true, "CANCEL": true, "INFO": true, "INVITE": true, "MESSAGE": true, "NOTIFY": true,
	"OPTIONS": true, "PRACK": true, "PUBLISH": true, "REFER": true, "REGISTER": true, "SUBSCRIBE": true, "UPDATE": true,
}

// requestLine: method, URI and version with one space between them.
func (m *message) requestLine() (method, uri string, err *fault) {
	parts := strings.Split(m.start, " ")
	version := parts[len(parts)-1]
	if isVersion(version) && !strings.EqualFold(version, "SIP/2.0") {
		return parts[0], "", refuse(Version, "request line")
	}
	if len(parts) != 3 || !isToken(parts[0]) || parts[1] == "" || !isVersion(version) {
		return parts[0], "", refuse(Syntax, "request line")
	}
	m.start = parts[0] + " " + parts[1] + " SIP/2.0"
	return parts[0], parts[1], nil
}

// isVersion: "SIP" "/" 1*DIGIT "." 1*DIGIT.
func isVersion(s string) bool {
	if len(s) < 4 || !strings.EqualFold(s[:4], "SIP/") {
		return false
	}
	major, minor, ok := strings.Cut(s[4:], ".")
	return ok && isDigits(major) && isDigits(minor)
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// cseq: RFC 3261 8.1.1.5, a number below 2**31 and a method.
func (m *message) cseq() (method string, number uint32, err *fault) {
	value, found, err := m.one("cseq")
	switch {
	case err != nil:
		return "", 0, err
	case !found:
		return "", 0, refuse(Missing, "CSeq")
	}
	words := strings.Fields(value)
	if len(words) != 2 || !isDigits(words[0]) || !isToken(words[1]) {
		return "", 0, refuse(Syntax, "CSeq")
	}
	n, bad := strconv.ParseUint(words[0], 10, 31)
	if bad != nil {
		return "", 0, refuse(Range, "CSeq")
	}
	return words[1], uint32(n), nil
}
