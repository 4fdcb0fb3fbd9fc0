package resolve

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"star18/ua/sipnet"
)

// Family is which addresses the asker can reach.
type Family int

// The families. Of both, IPv4 is tried first: telephones behind a NAT whose
// IPv6 is broken are many, the reverse is rare.
const (
	AnyFamily Family = iota
	IPv4
	IPv6
)

// String implements fmt.Stringer.
func (f Family) String() string { return [...]string{"any", "IPv4", "IPv6"}[f] }

func (f Family) has(a netip.Addr) bool {
	return f == AnyFamily || (f == IPv4) == a.Is4()
}

// FamilyOf is the family that a socket bound to a can reach.
func FamilyOf(a netip.Addr) Family {
	switch {
	case !a.IsValid():
		return AnyFamily
	case a.Unmap().Is4():
		return IPv4
	}
	return IPv6
}

// Question is a SIP URI as far as its next hop depends on it.
type Question struct {
	Host      string           // a name or an address; IPv6 with or without brackets
	Port      int              // 0: none was given
	Transport sipnet.Transport // "": none was given, DNS decides
	// Chosen: Transport is what an earlier answer chose, not what was given, and
	// NAPTR may still say where its servers are listed.
	Chosen bool
	Family Family
}

// tidy makes equal questions equal.
func (q Question) tidy() Question {
	q.Host = strings.ToLower(strings.TrimSuffix(strings.Trim(q.Host, "[]"), "."))
	return q
}

// unfit is why there is nothing to ask: neither a name nor an address, no such
// port, or an address out of reach.
func (q Question) unfit() error {
	a, numeric := q.numeric()
	_, name := dns.IsDomainName(q.Host)
	name = name && len(q.Host) <= 253 && !strings.ContainsFunc(q.Host, notHost)
	switch {
	case q.Port < 0 || q.Port > 65535 || q.Host == "" || !numeric && !name:
		return ErrBadName
	case numeric && !q.Family.has(a):
		return ErrFamily
	}
	return nil
}

// notHost: what DNS could carry and no host is named with; a name goes into
// messages for people.
func notHost(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
}

func (q Question) numeric() (netip.Addr, bool) {
	a, err := netip.ParseAddr(q.Host)
	return a.Unmap(), err == nil
}

// hop is the hop at an address of q's own host. speaks decides the transport if
// nothing else does: UDP if it can, RFC 3263 section 4.1.
func (q Question) hop(a netip.Addr, speaks []sipnet.Transport) sipnet.Hop {
	t := q.Transport
	if t == "" {
		t = speaks[0]
		if slices.Contains(speaks, sipnet.UDP) {
			t = sipnet.UDP
		}
	}
	port := q.Port
	if port == 0 {
		port = int(t.Port())
	}
	return sipnet.Hop{Transport: t, Addr: netip.AddrPortFrom(a, uint16(port)), Name: q.Host}
}
