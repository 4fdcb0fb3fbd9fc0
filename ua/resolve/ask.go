package resolve

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/miekg/dns"
)

// question is one record set.
type question struct {
	name string
	kind uint16
}

func questionsFor(ways []service) []question {
	var out []question
	for _, w := range ways {
		out = append(out, question{trimDot(w.name), dns.TypeSRV})
	}
	return out
}

// ask asks everything at once and answers in the same order.
func (s *search) ask(ctx context.Context, questions []question) []reply {
	out, faults := make([]reply, len(questions)), make([]error, len(questions))
	var wg sync.WaitGroup
	for i, q := range questions {
		wg.Go(func() { out[i], faults[i] = s.askOne(ctx, q) })
	}
	wg.Wait()
	for i, q := range questions {
		s.silent = s.silent || faults[i] != nil
		s.tell(dns.TypeToString[q.kind]+" "+q.name, len(out[i].records), faults[i])
	}
	return out
}

// askNew asks what has not been asked yet and puts the answers into the order
// of wanted.
func (s *search) askNew(ctx context.Context, had []question, replies []reply, wanted []question) []reply {
	var fresh []question
	for _, q := range wanted {
		if !slices.ContainsFunc(had, q.same) && !slices.ContainsFunc(fresh, q.same) {
			fresh = append(fresh, q)
		}
	}
	all, have := slices.Concat(replies, s.ask(ctx, fresh)), slices.Concat(had, fresh)
	out := make([]reply, len(wanted))
	for i, q := range wanted {
		out[i] = all[slices.IndexFunc(have, q.same)]
	}
	return out
}

func (q question) same(other question) bool {
	return q.kind == other.kind && strings.EqualFold(q.name, other.name)
}

func (s *search) askOne(ctx context.Context, q question) (reply, error) {
	if _, ok := dns.IsDomainName(q.name); !ok {
		return reply{ttl: longest}, nil // too long with its prefix: no such record can be
	}
	m := new(dns.Msg)
	m.SetQuestion(dns.Fqdn(q.name), q.kind)
	in, err := s.Exchange(ctx, m)
	if err != nil {
		return reply{}, err
	}
	return read(in, m.Question[0].Name, q.kind), nil
}

// of is the records of a reply as what they are.
func of[T dns.RR](r reply) []T {
	var out []T
	for _, rr := range r.records {
		if record, ok := rr.(T); ok {
			out = append(out, record)
		}
	}
	return out
}

func trimDot(name string) string { return strings.TrimSuffix(name, ".") }
