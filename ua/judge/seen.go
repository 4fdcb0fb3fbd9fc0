package judge

import (
	"fmt"
	"net/netip"
	"strings"
)

// note writes into the top Via from where the request came (RFC 3261 18.2.1), for
// all who answer it.
func (m *message) note(from netip.AddrPort, datagram bool) {
	if !from.IsValid() {
		return
	}
	for i := range m.fields {
		if f := &m.fields[i]; f.name == "via" {
			vias := splitOutside(f.value, ',')
			vias[0] = seen(vias[0], from, datagram)
			f.value = strings.Join(vias, ",")
			return
		}
	}
}

// seen is a Via with what we know of its sender, in place of what that says itself.
// An answer to a datagram goes to the port in the Via unless rport asks for the one
// it came from (RFC 3581 4). A sender that names an address that is not its own sits
// behind a router, or at a name that nobody asks DNS about here: the port it came
// from is then the only one known to lead back, and stands for the one in the Via.
func seen(via string, from netip.AddrPort, datagram bool) string {
	parts := splitOutside(via, ';')
	return sender(parts, from, "rport", datagram && !sentBy(parts[0], from.Addr()))
}

// answered is the top Via of a reply of ours, which goes to where the request came
// from in any case.
func answered(via string, from netip.AddrPort) string {
	if !from.IsValid() {
		return via
	}
	return sender(splitOutside(via, ';'), from, fmt.Sprintf("rport=%d", from.Port()), false)
}

// sender writes the parts of a Via; rport stands in the place of one that asks, and
// at the end if it is wanted and none does.
func sender(via []string, from netip.AddrPort, rport string, wanted bool) string {
	kept := []string{via[0]}
	for _, param := range via[1:] {
		name, value, _ := strings.Cut(param, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "received":
		case "rport":
			if value == "" {
				kept, wanted = append(kept, rport), false
			}
		default:
			kept = append(kept, param)
		}
	}
	if wanted {
		kept = append(kept, rport)
	}
	return strings.Join(kept, ";") + ";received=" + from.Addr().Unmap().WithZone("").String()
}

// sentBy: the host of "SIP/2.0/UDP host:port" is this address.
func sentBy(hop string, addr netip.Addr) bool {
	host := hop[strings.LastIndexByte(hop, ' ')+1:]
	if end := strings.IndexByte(host, ']'); end >= 0 {
		host = strings.TrimPrefix(host[:end], "[")
	} else {
		host, _, _ = strings.Cut(host, ":")
	}
	named, err := netip.ParseAddr(host)
	return err == nil && named.Unmap() == addr.Unmap().WithZone("")
}
