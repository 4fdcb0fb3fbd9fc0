package judge

import (
	"fmt"
	"hash/fnv"
	"net/netip"
	"strings"
)

// reply builds a response without a transaction (RFC 3261 8.2.7): the same
// request gets the same one. It holds no more than the request brought.
func (m *message) reply(why *fault, from netip.AddrPort) []byte {
	code, phrase := why.reason.status()
	if why.detail != "" && code == 400 {
		// RFC 3261 21.4.1: the phrase names the fault.
		phrase += ": " + why.reason.String() + ", " + why.detail
	}
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %d %s\r\n", code, phrase)
	vias := m.vias()
	for i, via := range vias[:min(len(vias), maxVias)] {
		if i == 0 {
			via = answered(via, from)
		}
		b.WriteString("Via: " + via + "\r\n")
	}
	for _, name := range []string{"From", "To", "Call-ID", "CSeq"} {
		if values := m.all(strings.ToLower(name)); len(values) > 0 {
			value := values[0]
			if name == "To" {
				value = m.tagged(value)
			}
			b.WriteString(name + ": " + value + "\r\n")
		}
	}
	b.WriteString("Content-Length: 0\r\n\r\n")
	return []byte(b.String())
}

// tagged gives To our tag: the same for the same request.
func (m *message) tagged(to string) string {
	if strings.Contains(strings.ToLower(afterAddress(to)), "tag") {
		return to
	}
	sum := fnv.New64a()
	for _, name := range []string{"via", "from", "call-id", "cseq"} {
		for _, value := range m.all(name) {
			_, _ = sum.Write([]byte(value))
		}
	}
	return fmt.Sprintf("%s;tag=%016x", to, sum.Sum64())
}
