package resolve

import (
	"cmp"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"star18/ua/sipnet"
)

// service is one way to reach a domain: the SRV name that lists its servers.
type service struct {
	transport sipnet.Transport
	name      string
}

// services reads NAPTR records in their order; those of transports that we do
// not speak, of other protocols or of other forms are passed over (RFC 3263
// section 4.1).
func services(records []*dns.NAPTR, speaks []sipnet.Transport) []service {
	records = slices.Clone(records)
	slices.SortStableFunc(records, func(a, b *dns.NAPTR) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Preference, b.Preference))
	})
	var out []service
	for _, r := range records {
		t, ok := naptrService(r.Service)
		if ok && slices.Contains(speaks, t) && strings.EqualFold(r.Flags, "s") && r.Replacement != "." {
			out = append(out, service{t, r.Replacement})
		}
	}
	return out
}

func naptrService(text string) (sipnet.Transport, bool) {
	switch strings.ToUpper(text) {
	case "SIP+D2U":
		return sipnet.UDP, true
	case "SIP+D2T":
		return sipnet.TCP, true
	case "SIPS+D2T":
		return sipnet.TLS, true
	}
	return "", false
}

// srvName is where a domain lists its servers of one transport.
func srvName(t sipnet.Transport, host string) string {
	switch t {
	case sipnet.TLS:
		return "_sips._tcp." + host
	case sipnet.TCP:
		return "_sip._tcp." + host
	}
	return "_sip._udp." + host
}
