package sdp

import (
	"errors"
	"fmt"
)

// The reasons for refusing a description, to be compared with errors.Is.
var (
	ErrTooLarge = errors.New("description too large")
	ErrNoAudio  = errors.New("no audio stream")
	ErrMedia    = errors.New("malformed m= line")
	ErrAddress  = errors.New("no usable media address")
	ErrProfile  = errors.New("media profile is not the one that is spoken here")
	ErrRefused  = errors.New("audio stream has port 0")
	ErrNoCodec  = errors.New("no codec in common")
)

// ParseError says at which line a description was refused. It never quotes the
// line: a=crypto lines hold keys.
type ParseError struct {
	Line   int // counted from 1; 0 if the reason is something missing
	Reason error
}

func (e *ParseError) Error() string {
	if e.Line == 0 {
		return "sdp: " + e.Reason.Error()
	}
	return fmt.Sprintf("sdp: line %d: %v", e.Line, e.Reason)
}

func (e *ParseError) Unwrap() error { return e.Reason }
