package refer

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// FragmentType is the media type of a NOTIFY's body.
const FragmentType = "message/sipfrag"

// Fragment is the body that says how the call to the target stands.
func Fragment(status int, reason string) []byte {
	return fmt.Appendf(nil, "SIP/2.0 %d %s\r\n", status, reason)
}

// ParseFragment reads the status line of a body; what follows it, headers or
// nothing, does not matter here.
func ParseFragment(body []byte) (status int, reason string, err error) {
	line, _, _ := bytes.Cut(body[:min(len(body), maxLength)], []byte("\n"))
	text := strings.TrimRight(string(line), "\r \t")
	rest, ok := strings.CutPrefix(text, "SIP/2.0 ")
	code, reason, _ := strings.Cut(rest, " ")
	n, err := strconv.ParseUint(code, 10, 16)
	if !ok || err != nil || len(code) != 3 || n < 100 || n > 699 {
		return 0, "", fmt.Errorf("%w: no status line in %q", ErrSyntax, text)
	}
	return int(n), reason, nil
}

// State is how a subscription stands.
type State string

// The states of RFC 6665.
const (
	Active     State = "active"
	Pending    State = "pending" // the user has not agreed yet
	Terminated State = "terminated"
)

func (s State) String() string { return string(s) }

// Subscription is the value of a Subscription-State header.
type Subscription struct {
	State   State
	Reason  string // of the end
	Expires int    // seconds left; 0: not said
}

// ParseSubscription reads the header. A state that RFC 6665 does not know counts
// as active (4.1.3).
func ParseSubscription(value string) Subscription {
	name, params, _ := strings.Cut(value[:min(len(value), maxLength)], ";")
	s := Subscription{State: State(strings.ToLower(strings.Trim(name, " \t")))}
	if s.State != Pending && s.State != Terminated {
		s.State = Active
	}
	for _, p := range strings.Split(params, ";") {
		name, v, _ := strings.Cut(p, "=")
		switch v = strings.Trim(v, " \t"); strings.ToLower(strings.Trim(name, " \t")) {
		case "reason":
			if token(v) {
				s.Reason = v
			}
		case "expires":
			if n, err := strconv.ParseUint(v, 10, 31); err == nil {
				s.Expires = int(n)
			}
		}
	}
	return s
}

// Value writes the header.
func (s Subscription) Value() string {
	switch {
	case s.State == Terminated && s.Reason != "":
		return string(s.State) + ";reason=" + s.Reason
	case s.State != Terminated && s.Expires > 0:
		return fmt.Sprintf("%s;expires=%d", s.State, s.Expires)
	}
	return string(s.State)
}

// ParseEvent reads an Event header: whether it is a transfer's, and the number of
// the REFER if it names one (RFC 3515 2.4.6).
func ParseEvent(value string) (ok bool, id string) {
	name, params, _ := strings.Cut(value, ";")
	for _, p := range strings.Split(params, ";") {
		if k, v, _ := strings.Cut(p, "="); strings.EqualFold(strings.Trim(k, " \t"), "id") {
			id = strings.Trim(v, " \t")
		}
	}
	return strings.EqualFold(strings.Trim(name, " \t"), "refer"), id
}
