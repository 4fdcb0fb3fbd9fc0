package sessiontimer

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ErrMalformed: a Session-Expires or Min-SE that cannot be read.
var ErrMalformed = errors.New("malformed session interval")

// Refresher is who keeps the session alive, as the parameter has it.
type Refresher string

// The values of the refresher parameter; Unsaid is its absence.
const (
	Unsaid Refresher = ""
	UAC    Refresher = "uac"
	UAS    Refresher = "uas"
)

// String implements fmt.Stringer.
func (r Refresher) String() string { return string(r) }

// Expires is a Session-Expires header; the zero value is its absence.
type Expires struct {
	Interval  time.Duration // whole seconds
	Refresher Refresher
}

// String is the value of the header.
func (e Expires) String() string {
	text := Seconds(e.Interval)
	if e.Refresher != Unsaid {
		text += ";refresher=" + string(e.Refresher)
	}
	return text
}

// Seconds writes an interval as Min-SE has it.
func Seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

// ParseExpires reads a Session-Expires header; empty is none. A refresher that
// nobody has heard of counts as unsaid.
func ParseExpires(text string) (Expires, error) {
	if strings.TrimSpace(text) == "" {
		return Expires{}, nil
	}
	number, params, _ := strings.Cut(text, ";")
	d, err := ParseSeconds(number)
	if err != nil {
		return Expires{}, err
	}
	e := Expires{Interval: d}
	for p := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(p, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "refresher") {
			continue
		}
		if r := Refresher(strings.ToLower(strings.TrimSpace(value))); r == UAC || r == UAS {
			e.Refresher = r
		}
	}
	return e, nil
}

// ParseSeconds reads a Min-SE header, or the number of a Session-Expires; empty
// is 0. Parameters are left aside.
func ParseSeconds(text string) (time.Duration, error) {
	text, _, _ = strings.Cut(text, ";")
	if text = strings.TrimSpace(text); text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%w: %q", ErrMalformed, text)
	}
	return time.Duration(n) * time.Second, nil
}
