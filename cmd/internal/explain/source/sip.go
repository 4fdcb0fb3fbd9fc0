package source

import (
	"bytes"
	"regexp"
	"strconv"
)

// Start lines of RFC 3261 section 7: a method and a URI, or a status. In a log
// they may stand behind a prefix.
var (
	requestLine = regexp.MustCompile(`\b[A-Z]{3,16} (?:sips?|tel):[^\s"]+ SIP/2\.0\b`)
	statusLine  = regexp.MustCompile(`(?:^|[^/\w])(SIP/2\.0 [1-6]\d\d(?: [^\r\n"]*)?)`)
)

// looksSIP tells SIP from other datagrams by its start line.
func looksSIP(data []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(data[:min(len(data), 2048)], "\r\n"), []byte("\r\n"))
	if at := requestLine.FindIndex(line); at != nil && at[0] == 0 {
		return true
	}
	at := statusLine.FindIndex(line)
	return at != nil && at[0] == 0
}

// contentLength of a head, in its long or compact form; -1 without one.
func contentLength(head []byte) int {
	for line := range bytes.Lines(head) {
		name, value, ok := bytes.Cut(line, []byte(":"))
		name = bytes.ToLower(bytes.TrimSpace(name))
		if !ok || string(name) != "content-length" && string(name) != "l" {
			continue
		}
		n, err := strconv.Atoi(string(bytes.TrimSpace(value)))
		if err != nil || n < 0 || n > maxMessage {
			return -1
		}
		return n
	}
	return -1
}
