package main

// The exit codes that scripts rely on.
const (
	exitDone         = 0
	exitUsage        = 1 // or configuration
	exitUnregistered = 2
	exitNoCall       = 3 // refused, busy or unanswered
	exitInsecure     = 4 // security was required and not reached
	exitFault        = 5 // device or socket
	exitVerdict      = 6 // of the demo, or a check of doctor
)

// exitError ends the program with a code. A nil err means that everything has
// been said.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// exit is nil for code 0.
func exit(code int, err error) error {
	if code == exitDone && err == nil {
		return nil
	}
	return &exitError{code, err}
}
