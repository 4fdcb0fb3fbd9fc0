package ua

import (
	"fmt"

	"github.com/emiago/sipgo/sip"

	"star18/ua/digest"
)

// Target is whom to call. Star codes have been taken out before: Number is the
// user part of the INVITE, and what a secure call's certificate must name.
type Target struct {
	Dialed string // as the user typed it, for events
	Number string
	Host   string // host[:port]; empty is the line's own domain

	// SIPS: every hop must be by TLS (RFC 3261 26.2.2), which the line must speak.
	SIPS bool

	// Secure: the user wants this call secured, whether or not that is possible.
	// InClear: the user asked that it is not (*19), which a line that requires
	// security does not dial.
	Secure, InClear bool

	// HideID: the other side is not told who calls. A secure call tells it all the
	// same: its certificate names us.
	HideID bool

	// Gateway: the host is called for itself, past the way that the registrar named;
	// Credentials, if there are any, are for it instead of the line's own.
	Gateway     bool
	Credentials digest.Credentials

	// PreferCodec comes first in the offer, OnlyCodec stands alone in it. They need
	// not be among the line's codecs if its sound has the rate for them.
	PreferCodec, OnlyCodec string

	// Waiting: whether others ring during this call; nil is the line's own choice.
	Waiting *bool
}

// uri is the Request-URI. What cannot stand in one is refused here, at the last
// door before the network, whoever checked it before.
func (t Target) uri(domain string) (sip.Uri, error) {
	// A bare address (IP dialling) has no user.
	if !ValidUser(t.Number) && (t.Number != "" || t.Host == "") {
		return sip.Uri{}, fmt.Errorf("%w: %q", ErrBadTarget, t.Number)
	}
	scheme := map[bool]string{false: "sip", true: "sips"}[t.SIPS]
	uri := sip.Uri{Scheme: scheme, User: t.Number, Host: domain}
	if t.Host == "" {
		return uri, nil
	}
	if !ValidHost(t.Host) {
		return sip.Uri{}, fmt.Errorf("%w: host %q", ErrBadTarget, t.Host)
	}
	address := t.Number + "@" + t.Host
	if t.Number == "" {
		address = t.Host
	}
	if err := sip.ParseUri(scheme+":"+address, &uri); err != nil {
		return sip.Uri{}, fmt.Errorf("%w: %q: %w", ErrBadTarget, t.Host, err)
	}
	return uri, nil
}
