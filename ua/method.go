package ua

import "fmt"

// SecureMethod is how a call becomes secure.
type SecureMethod string

// The methods. XSipura is the second stage of the call, from end to end and
// with a certificate. SDES is keys in SDP (RFC 4568), from hop to hop and
// without a name. Auto takes incoming calls either way and secures outgoing
// ones by x-sipura if the line has an identity, else by sdes: what proves a name
// comes first, and a refusal never moves a call from it to what proves none.
const (
	MethodXSipura SecureMethod = "x-sipura"
	MethodSDES    SecureMethod = "sdes"
	MethodAuto    SecureMethod = "auto"
)

// String implements fmt.Stringer.
func (m SecureMethod) String() string { return string(m) }

// Validate refuses what is no method.
func (m SecureMethod) Validate() error {
	switch m {
	case MethodXSipura, MethodSDES, MethodAuto:
		return nil
	}
	return fmt.Errorf("secure.method: %q is not %s, %s or %s", string(m), MethodXSipura, MethodSDES, MethodAuto)
}

// outgoing is the method of a call that is dialled to be secure.
func (s SecureConfig) outgoing() SecureMethod {
	switch {
	case s.Method == MethodAuto && s.Identity == nil:
		return MethodSDES
	case s.Method == MethodAuto:
		return MethodXSipura
	}
	return s.Method
}

// takesKeys: an offer with keys in SDP is answered.
func (s SecureConfig) takesKeys() bool { return s.Service && s.Method != MethodXSipura }

// takesHellos: the second stage is answered.
func (s SecureConfig) takesHellos() bool { return s.Service && s.Method != MethodSDES }
