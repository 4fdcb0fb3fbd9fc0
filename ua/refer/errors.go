package refer

import "errors"

// The comparable reasons for which a transfer is not understood or not done.
var (
	ErrSyntax  = errors.New("malformed")
	ErrScheme  = errors.New("not a sip, sips or tel address")
	ErrMethod  = errors.New("asks for a request other than INVITE")
	ErrHeaders = errors.New("carries headers that a stranger may not put into our request")
)
