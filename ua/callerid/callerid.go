package callerid

import (
	"fmt"
	"strings"
)

// Order is which headers name the caller, best first: the values of the SPA's
// Caller_ID_Header. Where none of them is there, From counts.
type Order string

// The orders.
const (
	PAIDRPIDFrom Order = "PAID-RPID-FROM"
	PAssertedID  Order = "P-ASSERTED-IDENTITY"
	RemoteParty  Order = "REMOTE-PARTY-ID"
	FromOnly     Order = "FROM"
)

// Orders are all of them, the default first.
func Orders() []Order { return []Order{PAIDRPIDFrom, PAssertedID, RemoteParty, FromOnly} }

func (o Order) String() string { return string(o) }

// Validate refuses an order that does not exist.
func (o Order) Validate() error {
	for _, known := range Orders() {
		if o == known {
			return nil
		}
	}
	return fmt.Errorf("%q names no caller ID header", string(o))
}

// Headers are the values of an INVITE's headers, as they stand.
type Headers struct {
	From         string
	Asserted     []string // P-Asserted-Identity
	RemotePartys []string // Remote-Party-ID
	Privacy      []string
}

// Anonymous is the name of a caller who hides.
const Anonymous = "Anonymous"

// Identity is who calls. Name and Number are fit for a screen. Of an anonymous
// caller Number is empty.
type Identity struct {
	Name, Number string
	Asserted     bool // a trusted proxy vouches for it
	Anonymous    bool
}

// Identify reads who calls; trusted says that the INVITE came from our proxy.
func (o Order) Identify(h Headers, trusted bool) Identity {
	from, _ := parseAddress(h.From)
	found, asserted := party{address: from}, false
	if trusted {
		if p, ok := o.network(h); ok {
			found, asserted = p, true
		}
	}
	if wantsPrivacy(h.Privacy) || found.hideName && found.hideNumber || !asserted && from.isAnonymous() {
		return Identity{Name: Anonymous, Asserted: asserted, Anonymous: true}
	}
	id := Identity{Name: shownName(found.name), Number: shownNumber(found.user), Asserted: asserted}
	if found.hideName {
		id.Name = ""
	}
	if found.hideNumber {
		id.Number = ""
	}
	return id
}

// party is an address with what the network asks to hide of it.
type party struct {
	address
	hideName, hideNumber bool
}

// network is what a trusted proxy says, by the order.
func (o Order) network(h Headers) (party, bool) {
	if o == PAIDRPIDFrom || o == PAssertedID {
		if a, ok := assertedAddress(h.Asserted); ok {
			return party{address: a}, true
		}
	}
	if o == PAIDRPIDFrom || o == RemoteParty {
		return remoteParty(h.RemotePartys)
	}
	return party{}, false
}

// assertedAddress: there may be a sip and a tel URI (RFC 3325 9.1). The first
// that has a number counts, and takes its name from the other if it has none.
func assertedAddress(values []string) (address, bool) {
	var found address
	for _, text := range splitList(values) {
		a, ok := parseAddress(text)
		switch {
		case !ok:
		case found.user == "":
			a.name = firstOf(a.name, found.name)
			found = a
		default:
			found.name = firstOf(found.name, a.name)
		}
	}
	return found, found.user != ""
}

// remoteParty is the calling one (draft-ietf-sip-privacy-04 section 5.1); a
// header that does not say which party it means, means the calling one.
func remoteParty(values []string) (party, bool) {
	for _, text := range splitList(values) {
		a, ok := parseAddress(text)
		if !ok || a.user == "" {
			continue
		}
		if role := a.params["party"]; role != "" && role != "calling" {
			continue
		}
		p := party{address: a}
		for level := range strings.SplitSeq(a.params["privacy"], "-") {
			p.hideName = p.hideName || level == "full" || level == "name"
			p.hideNumber = p.hideNumber || level == "full" || level == "uri"
		}
		return p, true
	}
	return party{}, false
}

// Users are the user parts of a list of addresses, such as a Diversion's.
func Users(values []string) []string {
	var out []string
	for _, text := range splitList(values) {
		if a, ok := parseAddress(text); ok && a.user != "" {
			out = append(out, a.user)
		}
	}
	return out
}

// wantsPrivacy: what hides the caller (RFC 3323 4.2, RFC 3325 9.3). "session"
// and "history" hide other things.
func wantsPrivacy(values []string) bool {
	for _, value := range values {
		for word := range strings.FieldsFuncSeq(strings.ToLower(value), func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
			if word == "id" || word == "user" || word == "header" {
				return true
			}
		}
	}
	return false
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
