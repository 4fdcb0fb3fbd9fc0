package dialplan

import (
	"errors"
	"fmt"
)

// What is wrong with a plan, as predicates: a PlanError puts the offending text before them.
var (
	ErrNoPlan          = errors.New("stands where the plan should open with '('")
	ErrNotClosed       = errors.New("is not closed")
	ErrTrailing        = errors.New("stands after the end of the plan")
	ErrUnknownElement  = errors.New("is not part of the dial-plan language")
	ErrEscaped         = errors.New("is as an XML profile writes it: write < or >")
	ErrNothingToRepeat = errors.New("follows nothing that can repeat")
	ErrEmptySet        = errors.New("is an empty set")
	ErrRange           = errors.New("is not a rising range of digits")
	ErrSeconds         = errors.New("needs a whole number of seconds from 0 to 64")
	ErrOverride        = errors.New("is not an override like 'L:8,'")
	ErrAfterBar        = errors.New("stands after '!', which ends a sequence")
	ErrSent            = errors.New("cannot be sent as a number")
	ErrHost            = errors.New("is not a host")
	ErrParameter       = errors.New("is not one of the parameters uid, pwd and nat")
	ErrTwoRoutes       = errors.New("is a second route in one sequence")
	ErrPlanTooLong     = errors.New("is longer than 2048 characters")
)

// What is wrong with the rest of a configuration.
var (
	ErrUnknownService = errors.New("unknown star-code service")
	ErrCodeLength     = errors.New("star code is too long")
	ErrCodeCharacter  = errors.New("star code may hold only 0-9, * and #")
	ErrCodeDuplicate  = errors.New("star code is used twice")
	ErrCodeEmergency  = errors.New("star code would swallow an emergency number")
	ErrTimerRange     = errors.New("timer must be from 0 to 64 seconds")
	ErrIncompleteMode = errors.New("incomplete must be reject or send")
	ErrGatewayName    = errors.New("gateway must be named gw1 to gw4")
	ErrSpeedDialKey   = errors.New("speed dial must be one of the keys 2 to 9")
	ErrContactName    = errors.New("contact name needs a letter and must be the only one of its kind")
)

// Why something dialled leads to no call.
var (
	ErrNothingDialled = errors.New("nothing was dialled")
	ErrNotInPlan      = errors.New("dialled number invalid according to the dial plan (X60)")
	ErrIncomplete     = errors.New("dialled number is incomplete according to the dial plan (X60)")
	ErrBarred         = errors.New("dialled number is barred by the dial plan (X60)")
	ErrTooLong        = errors.New("what was dialled is too long")
	ErrCharacter      = errors.New("what was dialled holds a character that cannot be dialled")
	ErrURI            = errors.New("what was dialled is no number, no contact and not user@host")
	ErrURIParameters  = errors.New("parameters and headers of a URI are not dialled")
	ErrNumberMissing  = errors.New("star code needs a number after it")
	ErrSlot           = errors.New("star code needs a speed dial key 2 to 9 after it")
	ErrAlreadyCalls   = errors.New("star code places a call of its own, nothing may follow it")
	ErrTwoTargets     = errors.New("two star codes want the same number")
	ErrNoGateway      = errors.New("gateway is not configured")
	ErrGateway0       = errors.New("gw0 is the telephone socket of an adapter, which star18 does not have")
	ErrIPDialling     = errors.New("IP dialling is off (dialplan.ip_dialing: true lets it)")
	ErrAmbiguous      = errors.New("several contacts begin like this")
	ErrTelContext     = errors.New("a telephone number that counts in one place only cannot be dialled")
	ErrTelExtension   = errors.New("an extension is not dialled with the number")
	ErrTelParameter   = errors.New("the telephone URI asks for what star18 does not do")
	ErrTelCode        = errors.New("a telephone URI runs no star code")
	ErrNested         = errors.New("a contact or speed dial must not name another one")
)

// PlanError is a fault of the script and where it is. Sequence counts from 1 and is 0 before the
// opening parenthesis; Column counts bytes of the whole script from 1. Near never shows a password.
type PlanError struct {
	Sequence int
	Column   int
	Near     string
	Reason   error
}

func (e *PlanError) Error() string {
	place := fmt.Sprintf("column %d", e.Column)
	if e.Sequence > 0 {
		place = fmt.Sprintf("sequence %d, %s", e.Sequence, place)
	}
	return fmt.Sprintf("dial plan: %s: %q %v", place, e.Near, e.Reason)
}

func (e *PlanError) Unwrap() error { return e.Reason }

// CodeError is a fault of one star code, or of two that collide.
type CodeError struct {
	Service Service
	Other   Service // the one it collides with, or none
	Code    string
	Reason  error
}

func (e *CodeError) Error() string {
	if e.Other != noService {
		return fmt.Sprintf("codes %s and %s: %q: %v", e.Service, e.Other, e.Code, e.Reason)
	}
	return fmt.Sprintf("code %s: %q: %v", e.Service, e.Code, e.Reason)
}

func (e *CodeError) Unwrap() error { return e.Reason }

// EntryKind is what an EntryError is about.
type EntryKind string

const (
	ContactEntry   EntryKind = "contact"
	SpeedDialEntry EntryKind = "speed dial"
	GatewayEntry   EntryKind = "gateway"
)

// EntryError is a fault of one entry of a list.
type EntryError struct {
	Kind   EntryKind
	Name   string
	Reason error
}

func (e *EntryError) Error() string { return fmt.Sprintf("%s %q: %v", e.Kind, e.Name, e.Reason) }

func (e *EntryError) Unwrap() error { return e.Reason }
