package sdes

import "errors"

// Why an attribute, an offer or an answer cannot be used, to be compared with
// errors.Is. None of them ever quotes an attribute: a key may stand anywhere in
// one that is malformed.
var (
	ErrSyntax    = errors.New("malformed crypto attribute")
	ErrSuite     = errors.New("unknown crypto suite")
	ErrKeyMethod = errors.New("key is not inline")
	ErrKeyLength = errors.New("key and salt are not 30 octets")
	ErrKeys      = errors.New("more than one key")
	ErrLifetime  = errors.New("impossible key lifetime")
	ErrMKI       = errors.New("master key identifiers are not supported")
	ErrParameter = errors.New("unsupported session parameter")
	ErrTag       = errors.New("tag used twice")

	ErrNoneUsable = errors.New("no usable crypto attribute")
	ErrOneAnswer  = errors.New("answer has not exactly one crypto attribute")
	ErrNotOffered = errors.New("answered tag and suite were not offered")
	ErrOwnKey     = errors.New("answered with our own key")
)
