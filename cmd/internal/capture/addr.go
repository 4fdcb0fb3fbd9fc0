package capture

import (
	"net"
	"net/netip"
)

// ip4 and ip16 turn an address into the bytes of a header. A socket bound to
// every address, or to none yet, shows as zeros.
func ip4(a netip.Addr) net.IP {
	if !a.Is4() {
		return net.IPv4zero.To4()
	}
	b := a.As4()
	return b[:]
}

func ip16(a netip.Addr) net.IP {
	if !a.IsValid() {
		return net.IPv6zero
	}
	b := a.As16()
	return b[:]
}
