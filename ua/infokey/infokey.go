package infokey

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"star18/audio/dtmf"
)

// The media types, without parameters and in lower case.
const (
	RelayType = "application/dtmf-relay"
	DTMFType  = "application/dtmf"
	FlashType = "application/hook-flash"
)

// ErrBody refuses a body that names no key.
var ErrBody = errors.New("the body of the INFO names no key")

// maxBody bounds what is read; real ones have about 30 octets.
const maxBody = 256

// longest is the longest press that is believed.
const longest = 10 * time.Second

// Is reports whether a media type is one of these.
func Is(mediaType string) bool {
	return mediaType == RelayType || mediaType == DTMFType || mediaType == FlashType
}

// Write is the body for a press, and its type.
func Write(p dtmf.Press) (mediaType string, body []byte) {
	if p.Event == dtmf.Flash {
		return FlashType, []byte("signal=hf\r\n")
	}
	return RelayType, fmt.Appendf(nil, "Signal=%s\r\nDuration=%d\r\n", p.Event, p.Held.Milliseconds())
}

// Read takes the key from a body of one of the types. Devices differ in spaces,
// case, line ends and in how they write star and pound.
func Read(mediaType string, body []byte) (dtmf.Press, error) {
	if len(body) > maxBody {
		return dtmf.Press{}, ErrBody
	}
	text := strings.TrimSpace(string(body))
	if mediaType == FlashType && text == "" {
		text = "hf"
	}
	p := dtmf.Press{Held: dtmf.DefaultHeld}
	signal := text
	if strings.ContainsAny(text, "=:") {
		signal = value(text, "signal")
		if ms, err := strconv.Atoi(value(text, "duration")); err == nil && ms > 0 {
			p.Held = min(time.Duration(ms)*time.Millisecond, longest)
		}
	}
	event, ok := key(signal)
	if !ok {
		return dtmf.Press{}, ErrBody
	}
	p.Event = event
	return p, nil
}

// value finds the line "name = value".
func value(text, name string) string {
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\r' || r == '\n' }) {
		i := strings.IndexAny(line, "=:")
		if i >= 0 && strings.EqualFold(strings.TrimSpace(line[:i]), name) {
			return strings.Trim(strings.TrimSpace(line[i+1:]), `"`)
		}
	}
	return ""
}

// key reads one key, or the number of its event: 10 is star, 16 the hook flash.
func key(text string) (dtmf.Event, bool) {
	if n, err := strconv.ParseUint(text, 10, 8); err == nil {
		e := dtmf.Event(n)
		return e, e.Known()
	}
	switch strings.ToLower(text) {
	case "hf", "flash", "hookflash":
		return dtmf.Flash, true
	}
	events, err := dtmf.Parse(text)
	if err != nil || len(events) != 1 {
		return 0, false
	}
	return events[0], true
}
