package source

import (
	"bytes"
	"regexp"
	"strings"

	"star18/cmd/internal/capture"
)

// A text log is read without knowing who wrote it. What is common to all of
// them: a message begins with its start line, perhaps behind a prefix; the
// lines that follow have a prefix of the same shape, or none; a line without
// content ends the headers, and Content-Length says how much follows.
//
//	sngrep      2026/03/01 12:00:00.000001 10.0.0.1:5060 -> 10.0.0.2:5060
//	            INVITE sip:…
//	ngrep       U 2026/03/01 12:00:00.000001 10.0.0.1:5060 -> 10.0.0.2:5060
//	            INVITE sip:… SIP/2.0.          <- the dots are carriage returns
//	SPA syslog  Mar  1 12:00:00 10.0.0.1 INVITE sip:…
//	            Mar  1 12:00:00 10.0.0.1 Via: …
//	escaped     … INVITE sip:… SIP/2.0#015#012Via: …

// Bounds of a message in a text.
const (
	maxHeaders  = 200
	maxTextLine = 64 << 10
	maxLines    = 4 << 20
)

// escapes are line ends that a logger has made printable.
var escapes = strings.NewReplacer("#015#012", "\n", "#012", "\n", "#015", "", `\r\n`, "\n", `\n`, "\n", `\"`, `"`)

type text struct {
	lines []string
	at    int
	mark  mark // the newest addresses and time above the message
}

// readText finds the messages.
func (f *File) readText(data []byte) {
	t := text{lines: textLines(data)}
	if len(t.lines) >= maxLines {
		f.note("only the first %d lines were read", maxLines)
	}
	for t.at < len(t.lines) && len(f.Packets) < maxPackets {
		line := t.lines[t.at]
		start, dotted := t.start(line)
		if start < 0 {
			t.mark.see(line)
			t.at++
			continue
		}
		t.mark.see(line[:start])
		raw := t.message(line[:start], line[start:], dotted)
		f.keep(capture.Datagram{Time: t.mark.time, From: t.mark.from, To: t.mark.to, Data: raw})
		t.mark = mark{}
	}
}

// textLines splits, and gives escaped messages their lines back.
func textLines(data []byte) []string {
	var all []string
	for line := range bytes.Lines(data) {
		if len(all) >= maxLines {
			break
		}
		line = bytes.TrimRight(line, "\r\n")
		line = bytes.TrimSuffix(line, []byte("^M"))
		if len(line) > maxTextLine {
			line = line[:maxTextLine]
		}
		if !bytes.Contains(line, []byte("SIP/2.0")) || !bytes.Contains(line, []byte("#012")) && !bytes.Contains(line, []byte(`\n`)) {
			all = append(all, string(line))
			continue
		}
		for part := range strings.Lines(escapes.Replace(string(line))) {
			all = append(all, strings.TrimRight(part, "\r\n"))
		}
	}
	return all
}

// start finds a start line in a line. A dot at its end is a carriage return if
// the next line, which must be a header, ends with one too.
func (t *text) start(line string) (at int, dotted bool) {
	at = -1
	if m := requestLine.FindStringIndex(line); m != nil {
		at = m[0]
	} else if m := statusLine.FindStringSubmatchIndex(line); m != nil {
		at = m[2]
	}
	if at < 0 {
		return -1, false
	}
	next := ""
	if t.at+1 < len(t.lines) {
		next = t.lines[t.at+1]
	}
	return at, strings.HasSuffix(line, ".") && strings.HasSuffix(next, ".")
}

// message collects what belongs to the start line and moves on.
func (t *text) message(prefix, start string, dotted bool) []byte {
	t.at++
	p := prefixOf(prefix, t.peek())
	lines := []string{undot(start, dotted)}
	for len(lines) < maxHeaders {
		line, ok := t.next(p, dotted)
		if !ok {
			break
		}
		t.at++
		if line == "" {
			return t.body(strings.Join(lines, "\r\n"), p, dotted)
		}
		lines = append(lines, line)
	}
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n")
}

// headerLine is a header, or the continuation of one.
var headerLine = regexp.MustCompile(`^(?:[-A-Za-z0-9.!%*_+'~]+[ \t]*:|[ \t]+\S|$)`)

// next is the line at hand without its prefix, if it belongs to the headers of
// the message.
func (t *text) next(p prefix, dotted bool) (string, bool) {
	line, ok := t.inside(p, dotted)
	return line, ok && headerLine.MatchString(line)
}

// inside is the line at hand, unless it belongs to something else.
func (t *text) inside(p prefix, dotted bool) (string, bool) {
	if t.at >= len(t.lines) {
		return "", false
	}
	if at, _ := t.start(t.lines[t.at]); at >= 0 {
		return "", false
	}
	line, ok := p.strip(t.lines[t.at])
	return undot(strings.TrimRight(line, " \t"), dotted), ok
}

// body takes lines until they are as long as announced. A logger may have
// broken a long line, so nothing is cut off at the end: the text of our
// messages bears white space, and SDP has its own ends of lines.
func (t *text) body(head string, p prefix, dotted bool) []byte {
	length := contentLength([]byte(head))
	var b strings.Builder
	for b.Len() < length {
		line, ok := t.inside(p, dotted)
		if !ok || addressMark.MatchString(line) {
			break
		}
		t.at++
		b.WriteString(line)
		if b.Len() < length {
			b.WriteString("\r\n")
		}
	}
	return []byte(head + "\r\n\r\n" + b.String())
}

func (t *text) peek() string {
	if t.at < len(t.lines) {
		return t.lines[t.at]
	}
	return ""
}

func undot(line string, dotted bool) string {
	if dotted {
		return strings.TrimSuffix(line, ".")
	}
	return line
}
