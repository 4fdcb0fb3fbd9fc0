package ua

import (
	"github.com/emiago/sipgo/sip"
)

// statusIntervalTooSmall is the 422 of RFC 4028, which sipgo has no name for.
const statusIntervalTooSmall = 422

// Cause is the comparable reason why a call ended.
type Cause string

// The causes of Ended.Cause.
const (
	CauseHangup           Cause = "hangup"
	CauseCancelled        Cause = "cancelled"
	CauseBusy             Cause = "busy"
	CauseDeclined         Cause = "declined"
	CauseNoAnswer         Cause = "no_answer"
	CauseNotFound         Cause = "not_found"
	CauseUnavailable      Cause = "unavailable"
	CauseNotAcceptable    Cause = "not_acceptable"
	CauseForbidden        Cause = "forbidden"
	CauseUnreachable      Cause = "unreachable"
	CauseNoACK            Cause = "no_ack"
	CauseSecurityRequired Cause = "security_required"
	CauseRefused          Cause = "refused"
	CauseLocalFault       Cause = "local_fault"
	CauseTransferred      Cause = "transferred"
	CauseForwarded        Cause = "forwarded"

	CauseMoved          Cause = "moved"           // sent elsewhere, and not followed
	CauseIncomplete     Cause = "incomplete"      // digits are missing
	CauseAmbiguous      Cause = "ambiguous"       // several are meant by it
	CauseLoop           Cause = "loop"            // it came by twice, or too far
	CauseExtension      Cause = "extension"       // one is wanted that we have not, or the reverse
	CauseInterval       Cause = "interval"        // of the session: too short, and raising it did not help
	CauseTooLarge       Cause = "too_large"       // the request, or its address
	CauseServerFault    Cause = "server_fault"    // of a server on the way
	CauseOverloaded     Cause = "overloaded"      // a server on the way is
	CauseSessionExpired Cause = "session_expired" // nobody refreshed it
)

// String implements fmt.Stringer.
func (c Cause) String() string { return string(c) }

// refusal reads a final response that is no success.
func refusal(res *sip.Response) Ended {
	e := Ended{
		By:     Remote,
		Status: res.StatusCode,
		Cause:  causeOf(res.StatusCode),
		Detail: shown(res.Reason),
	}
	if again := headerText(res, "Retry-After"); again != "" {
		e.Detail += "; again after " + shown(again) + " s"
	}
	return e
}

// causes are the final responses of RFC 3261 section 21, and of 4028, 3329 and
// 3312, that mean something of their own to a caller.
var causes = map[int]Cause{
	401: CauseForbidden, 403: CauseForbidden, 407: CauseForbidden, 433: CauseForbidden,
	404: CauseNotFound, 410: CauseNotFound, 416: CauseNotFound, 604: CauseNotFound,
	408: CauseNoAnswer, 487: CauseNoAnswer,
	413: CauseTooLarge, 414: CauseTooLarge, 513: CauseTooLarge,
	415: CauseNotAcceptable, 488: CauseNotAcceptable, 606: CauseNotAcceptable,
	420: CauseExtension, 421: CauseExtension, 494: CauseExtension, 580: CauseExtension,
	422: CauseInterval,
	480: CauseUnavailable,
	482: CauseLoop, 483: CauseLoop,
	484: CauseIncomplete, 485: CauseAmbiguous,
	486: CauseBusy, 600: CauseBusy,
	603: CauseDeclined, 607: CauseDeclined,
	503: CauseOverloaded,
}

// causeOf reads a status; one that nobody knows counts as the first of its class
// (RFC 3261 8.1.3.2).
func causeOf(status int) Cause {
	if c, ok := causes[status]; ok {
		return c
	}
	switch status / 100 {
	case 3:
		return CauseMoved
	case 5:
		return CauseServerFault
	}
	return CauseRefused
}
