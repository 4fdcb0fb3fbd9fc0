package ua

import (
	"github.com/emiago/sipgo/sip"

	"star18/ua/resolve"
)

// maxElsewhere is how many redirections in a row a REGISTER follows.
const maxElsewhere = 3

// elsewhere is a registrar that another one sent us to.
type elsewhere struct {
	at    *resolve.Question // nil: the one that is configured
	count int               // since one was registered at
}

// follow takes the first usable Contact of a redirection (RFC 3261 8.1.3.4, for
// REGISTER 10.2.7); false if there is none, or have been too many. Who has TLS
// is not led away from it.
func (e *elsewhere) follow(l *Line, res *sip.Response) bool {
	switch res.StatusCode {
	case sip.StatusMovedPermanently, sip.StatusMovedTemporarily, sip.StatusUseProxy:
	default:
		return false
	}
	contact := res.Contact()
	if e.count == maxElsewhere || contact == nil || !ValidHost(contact.Address.Host) {
		return false
	}
	t, err := l.transportOf(contact.Address)
	if err != nil || l.transport().Encrypted() && !t.Encrypted() {
		return false
	}
	q, err := l.question(t, contact.Address.Host, contact.Address.Port)
	if err != nil {
		return false
	}
	e.at = &q
	e.count++
	return true
}

// back forgets where we were sent: nobody answers there.
func (e *elsewhere) back() { e.at = nil }
