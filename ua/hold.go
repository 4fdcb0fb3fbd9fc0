package ua

import "errors"

// The reasons for which a call cannot be held or resumed.
var (
	ErrNotUp   = errors.New("call is not up")
	ErrPending = errors.New("another change of the call is under way")
)
