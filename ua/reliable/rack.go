package reliable

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrMalformed: an RSeq or RAck that RFC 3262 section 10 does not allow.
var ErrMalformed = errors.New("malformed RSeq or RAck")

// Ack is the value of a RAck header: which response to which request.
type Ack struct {
	RSeq   uint32
	CSeq   uint32
	Method string
}

// String is the value of the header.
func (a Ack) String() string { return fmt.Sprintf("%d %d %s", a.RSeq, a.CSeq, a.Method) }

// ParseAck reads the value of a RAck header.
func ParseAck(text string) (Ack, error) {
	f := strings.Fields(text)
	if len(f) != 3 {
		return Ack{}, fmt.Errorf("%w: RAck of %d words", ErrMalformed, len(f))
	}
	rseq, err := ParseRSeq(f[0])
	if err != nil {
		return Ack{}, err
	}
	cseq, err := strconv.ParseUint(f[1], 10, 32)
	if err != nil {
		return Ack{}, fmt.Errorf("%w: CSeq %q", ErrMalformed, f[1])
	}
	return Ack{rseq, uint32(cseq), f[2]}, nil
}

// ParseRSeq reads the value of an RSeq header: 1 to 2^32-1 (RFC 3262 7.1).
func ParseRSeq(text string) (uint32, error) {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 32)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%w: RSeq %q", ErrMalformed, text)
	}
	return uint32(n), nil
}
