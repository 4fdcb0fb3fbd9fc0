package ua

import (
	"errors"
)

// The comparable reasons for which a line refuses to begin.
var (
	// ErrSecurityImpossible: secure.require is set and this call cannot become
	// secure; no INVITE was sent.
	ErrSecurityImpossible = errors.New("security is required and not possible")
	// ErrNoCodec: a call asks for a codec that the line cannot offer.
	ErrNoCodec = errors.New("this codec cannot be offered")
	// ErrBadTarget: the number or host cannot stand in a SIP URI.
	ErrBadTarget = errors.New("not a number or address that can be called")
	// ErrLineClosed: the line was closed.
	ErrLineClosed = errors.New("line closed")
	// ErrNotRinging: the call does not wait for an answer.
	ErrNotRinging = errors.New("call is not ringing")
	// ErrNoMediaPort: every port of rtp.port_min to rtp.port_max is taken.
	ErrNoMediaPort = errors.New("no free RTP port")
	// ErrConfig: the configuration cannot run.
	ErrConfig = errors.New("unusable line configuration")
)

// RegistrationError is a registrar's refusal, or its silence (Status 0).
type RegistrationError struct {
	Status int
	Reason string
}

func (e *RegistrationError) Error() string {
	return "not registered: " + e.Reason
}
