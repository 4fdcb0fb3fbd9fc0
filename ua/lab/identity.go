package lab

import (
	"strings"

	"github.com/emiago/sipgo/sip"
)

// claimed is who a request says it is from. One that hides its From says it to
// the proxy alone (RFC 3325 9.2).
func claimed(req *sip.Request) sip.Uri {
	from := req.From().Address
	if !strings.EqualFold(from.Host, "anonymous.invalid") {
		return from
	}
	for _, value := range values(req, "P-Preferred-Identity") {
		var uri sip.Uri
		if _, err := sip.ParseAddressValue(value, &uri, nil); err == nil {
			return uri
		}
	}
	return from
}

// keepSecret removes what was for this proxy only: a telephone that asserts or
// prefers an identity is not believed by the next one (RFC 3325 5), and what
// privacy hides goes no further (section 7).
func keepSecret(fwd *sip.Request) {
	for _, name := range []string{"P-Preferred-Identity", "P-Asserted-Identity", "Remote-Party-ID"} {
		for fwd.RemoveHeader(name) {
		}
	}
}
