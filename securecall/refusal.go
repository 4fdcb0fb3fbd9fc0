package securecall

import "strconv"

// Refusal is how a handshake ends in clear. It unwraps to its Reason.
//
// The machines return a *Refusal, not an error: nil means that the step
// succeeded. Test the pointer before giving it to a variable of type error.
type Refusal struct {
	Reason Reason
	Detail string // more about it, never key material; may be empty
	Status int    // the SIP status received or to be sent, 0 if there is none
}

// Error implements error.
func (r *Refusal) Error() string {
	s := string(r.Reason)
	if r.Status != 0 {
		s += " (status " + strconv.Itoa(r.Status) + ")"
	}
	if r.Detail != "" {
		s += ": " + r.Detail
	}
	return s
}

// Unwrap makes errors.Is(refusal, Expired) work.
func (r *Refusal) Unwrap() error { return r.Reason }

func refuse(reason Reason, detail string) *Refusal {
	return &Refusal{Reason: reason, Detail: detail}
}
