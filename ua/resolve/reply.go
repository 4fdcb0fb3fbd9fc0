package resolve

import (
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// What one answer may bring. DNS is as hostile as anybody: a zone with a
// thousand servers must not cost a thousand questions.
const (
	maxAliases = 8  // CNAMEs in a row
	maxRecords = 16 // of one answer
)

// reply is the part of a DNS answer that is about what was asked.
type reply struct {
	records []dns.RR // of the type asked for
	ttl     time.Duration
}

// read takes the records of one name and type out of an answer, following
// aliases in it. Records of other names are not believed.
func read(m *dns.Msg, name string, kind uint16) reply {
	name = dns.CanonicalName(name)
	r := reply{ttl: longest}
	for range maxAliases {
		for _, rr := range m.Answer {
			h := rr.Header()
			if h.Rrtype == kind && dns.CanonicalName(h.Name) == name && len(r.records) < maxRecords {
				r.records = append(r.records, rr)
				r.ttl = min(r.ttl, seconds(h.Ttl))
			}
		}
		alias, ttl := aliasOf(m.Answer, name)
		if len(r.records) > 0 || alias == "" {
			break
		}
		name, r.ttl = alias, min(r.ttl, ttl)
	}
	return r
}

func aliasOf(answer []dns.RR, name string) (string, time.Duration) {
	for _, rr := range answer {
		if c, ok := rr.(*dns.CNAME); ok && dns.CanonicalName(c.Hdr.Name) == name {
			return dns.CanonicalName(c.Target), seconds(c.Hdr.Ttl)
		}
	}
	return "", 0
}

func seconds(n uint32) time.Duration { return time.Duration(n) * time.Second }

// answers: a response to this question and no other.
func answers(m, question *dns.Msg) bool {
	return m.Response && m.Id == question.Id && slices.EqualFunc(m.Question, question.Question, func(a, b dns.Question) bool {
		return a.Qtype == b.Qtype && a.Qclass == b.Qclass && strings.EqualFold(a.Name, b.Name)
	})
}
