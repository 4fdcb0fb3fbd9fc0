package ua

import (
	"fmt"

	"github.com/emiago/sipgo/sip"
)

// Target is whom to call. Star codes have been taken out before: Number is the
// user part of the INVITE, and what a secure call's certificate must name.
type Target struct {
	Dialed string // as the user typed it, for events
	Number string
	Host   string // host[:port]; empty is the line's own domain

	// Secure: the user wants this call secured, whether or not that is possible.
	// InClear: the user asked that it is not (*19), which a line that requires
	// security does not dial.
	Secure, InClear bool

	// HideID: the other side is not told who calls. A secure call tells it all the
	// same: its certificate names us.
	HideID bool

	// Waiting: whether others ring during this call; nil is the line's own choice.
	Waiting *bool
}

// uri is the Request-URI. What cannot stand in one is refused here, at the last
// door before the network, whoever checked it before.
func (t Target) uri(domain string) (sip.Uri, error) {
	if !ValidUser(t.Number) {
		return sip.Uri{}, fmt.Errorf("%w: %q", ErrBadTarget, t.Number)
	}
	uri := sip.Uri{Scheme: "sip", User: t.Number, Host: domain}
	if t.Host == "" {
		return uri, nil
	}
	if !ValidHost(t.Host) {
		return sip.Uri{}, fmt.Errorf("%w: host %q", ErrBadTarget, t.Host)
	}
	if err := sip.ParseUri("sip:"+t.Number+"@"+t.Host, &uri); err != nil {
		return sip.Uri{}, fmt.Errorf("%w: %q: %w", ErrBadTarget, t.Host, err)
	}
	return uri, nil
}
