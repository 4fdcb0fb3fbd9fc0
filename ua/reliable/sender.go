package reliable

import (
	"strings"
	"time"
)

// T1 and the limit of RFC 3262 section 3: a response is sent again after T1, the
// interval doubling without a ceiling, and given up after 64*T1.
const (
	T1    = 500 * time.Millisecond
	Limit = 64 * T1
)

// Sender is the UAS: at most one response is out unacknowledged.
type Sender struct {
	cseq    uint32 // of the INVITE
	rseq    uint32 // of the latest response
	pending bool
	wait    time.Duration
	elapsed time.Duration
}

// NewSender begins above first, which should be random and at most 2^31-2, for
// the INVITE with this CSeq.
func NewSender(first, cseq uint32) *Sender { return &Sender{cseq: cseq, rseq: first} }

// Pending: a response waits for its PRACK.
func (s *Sender) Pending() bool { return s != nil && s.pending }

// Begin numbers the next response; the first repetition is due after the wait.
// False while another one is pending.
func (s *Sender) Begin() (rseq uint32, wait time.Duration, ok bool) {
	if s.pending {
		return 0, 0, false
	}
	s.rseq++
	s.pending, s.wait, s.elapsed = true, T1, 0
	return s.rseq, s.wait, true
}

// Again is called when the wait is over. send: the response goes out once more,
// and the next wait begins. failed: nobody acknowledges it.
func (s *Sender) Again() (wait time.Duration, send, failed bool) {
	if !s.pending {
		return 0, false, false
	}
	s.elapsed += s.wait
	if s.elapsed >= Limit {
		s.pending = false
		return 0, false, true
	}
	s.wait = min(2*s.wait, Limit-s.elapsed)
	return s.wait, true, false
}

// Acknowledge takes the RAck of a PRACK; false if it names no response that is
// pending, and must be answered with 481.
func (s *Sender) Acknowledge(a Ack) bool {
	if s == nil || !s.pending || a.RSeq != s.rseq || a.CSeq != s.cseq || !strings.EqualFold(a.Method, "INVITE") {
		return false
	}
	s.pending = false
	return true
}
