package netwatch

import (
	"net"
	"net/netip"
	"slices"
)

// Change is the difference between the network last told and the present one.
type Change struct {
	Came, Gone []netip.Addr
	Rerouted   bool // another way out, or a link that was away in between
	Woke       bool // the machine slept; the addresses may be the same
}

// Any: there is something to tell.
func (c Change) Any() bool {
	return len(c.Came) > 0 || len(c.Gone) > 0 || c.Rerouted || c.Woke
}

// Snapshot is the network at one moment.
type Snapshot struct {
	Addrs  []netip.Addr // of this machine, without loopback and link-local ones
	Routes []string     // the ways out; the text means nothing but itself
}

// changeTo is what happened between two moments.
func (s Snapshot) changeTo(now Snapshot) Change {
	c := Change{Came: missing(s.Addrs, now.Addrs), Gone: missing(now.Addrs, s.Addrs)}
	c.Rerouted = len(missing(s.Routes, now.Routes)) > 0 || len(missing(now.Routes, s.Routes)) > 0
	return c
}

// missing is what all has and some has not.
func missing[T comparable](some, all []T) []T {
	var out []T
	for _, v := range all {
		if !slices.Contains(some, v) {
			out = append(out, v)
		}
	}
	return out
}

// look reads the system's network.
func look() (Snapshot, error) {
	ifaces, err := net.Interfaces()
	if err != nil {
		return Snapshot{}, err
	}
	var s Snapshot
	for _, i := range ifaces {
		// An interface that is down, or without a cable, keeps its addresses.
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagRunning == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addrs, err := i.Addrs()
		if err != nil {
			continue // it went away meanwhile
		}
		for _, a := range addrs {
			if p, err := netip.ParsePrefix(a.String()); err == nil && !p.Addr().IsLinkLocalUnicast() {
				s.Addrs = append(s.Addrs, p.Addr())
			}
		}
	}
	s.Routes, err = defaultRoutes()
	return s, err
}
