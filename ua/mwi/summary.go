package mwi

import (
	"errors"
	"strconv"
	"strings"
)

// ContentType and Event are the names of RFC 3842 section 3.
const (
	ContentType = "application/simple-message-summary"
	Event       = "message-summary"
)

// Summary is what waits. New and Old are voice messages, or all if the server
// counts none of that kind.
type Summary struct {
	Waiting  bool
	New, Old int
}

// ErrSummary: the body does not say whether messages wait.
var ErrSummary = errors.New("no message summary")

// Limits on what a server sends.
const (
	maxBody  = 16 << 10
	maxCount = 1_000_000
)

// Parse reads a body (RFC 3842 5.2). Line ends may be bare, and what it does not
// know it skips: message headers follow in the same form.
func Parse(body []byte) (Summary, error) {
	if len(body) > maxBody {
		return Summary{}, ErrSummary
	}
	var s Summary
	status, voice := false, false
	for line := range strings.Lines(string(body)) {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		switch {
		case name == "messages-waiting" && !status:
			switch strings.ToLower(value) {
			case "yes":
				s.Waiting, status = true, true
			case "no":
				status = true
			}
		case name == "voice-message" && !voice:
			if n, o, ok := counts(value); ok {
				s.New, s.Old, voice = n, o, true
			}
		case strings.HasSuffix(name, "-message") && !voice:
			if n, o, ok := counts(value); ok {
				s.New, s.Old = min(s.New+n, maxCount), min(s.Old+o, maxCount)
			}
		}
	}
	if !status {
		return Summary{}, ErrSummary
	}
	return s, nil
}

// counts reads "2/8 (0/2)"; the urgent ones are among the others.
func counts(text string) (fresh, old int, ok bool) {
	text, _, _ = strings.Cut(text, "(")
	a, b, ok := strings.Cut(strings.TrimSpace(text), "/")
	if !ok {
		return 0, 0, false
	}
	n, errN := strconv.ParseUint(strings.TrimSpace(a), 10, 32)
	o, errO := strconv.ParseUint(strings.TrimSpace(b), 10, 32)
	if errN != nil || errO != nil {
		return 0, 0, false
	}
	return int(min(n, maxCount)), int(min(o, maxCount)), true
}
