package resolve

import (
	"errors"
	"fmt"
	"strings"
)

// The comparable reasons.
var (
	// ErrNotFound: DNS answered, and there is no such server.
	ErrNotFound = errors.New("no such SIP server")
	// ErrNotOffered: the domain says that it offers no such service (a target
	// of ".", RFC 2782).
	ErrNotOffered = errors.New("the domain offers no such SIP service")
	// ErrNoAnswer: DNS did not answer; it may later.
	ErrNoAnswer = errors.New("DNS does not answer")
	// ErrFamily: an address of a family that the asker does not reach.
	ErrFamily = errors.New("the line's own address is of the other IP version")
	// ErrBadName: this cannot be the name of a server.
	ErrBadName = errors.New("not a host name")
)

// Error is a lookup that found nothing.
type Error struct {
	Host  string
	Tried []string // the records asked for, each with what came
	Err   error    // one of the reasons above
}

func (e *Error) Error() string {
	if len(e.Tried) == 0 {
		return fmt.Sprintf("resolve %q: %v", e.Host, e.Err)
	}
	return fmt.Sprintf("resolve %q: %v: tried %s", e.Host, e.Err, strings.Join(e.Tried, ", "))
}

func (e *Error) Unwrap() error { return e.Err }
