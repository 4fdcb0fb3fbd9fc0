package resolve

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/miekg/dns"

	"star18/ua/sipnet"
)

const (
	maxServices = 6  // NAPTR records that are followed
	maxTargets  = 8  // SRV targets whose addresses are asked for
	maxHops     = 16 // length of a list
)

// search is one walk down RFC 3263.
type search struct {
	*Resolver
	q      Question
	ttl    time.Duration // the shortest of what was used
	tried  []string
	silent bool // something went unanswered
	denied bool // a service has the target "."
}

func (s *search) run(ctx context.Context) []sipnet.Hop {
	if s.q.Port != 0 || s.q.Transport.Framed() {
		return s.own(ctx) // nothing lists WebSocket servers (RFC 7118)
	}
	if hops := s.listed(ctx); len(hops) > 0 || s.denied {
		return hops
	}
	return s.own(ctx)
}

// own is the host's own addresses.
func (s *search) own(ctx context.Context) []sipnet.Hop {
	var hops []sipnet.Hop
	for _, a := range s.addresses(ctx, []string{s.q.Host})[0] {
		hops = append(hops, s.q.hop(a, s.Speaks))
	}
	return hops
}

// listed is what the domain lists by NAPTR and SRV. Both are asked for at once:
// most domains have no NAPTR, and a telephone should not wait to hear that.
func (s *search) listed(ctx context.Context) []sipnet.Hop {
	ctx, cancel := context.WithTimeout(ctx, recordLimit)
	defer cancel()
	speaks, open := s.Speaks, s.q.Transport == "" || s.q.Chosen
	if s.q.Transport != "" {
		speaks = []sipnet.Transport{s.q.Transport}
	}
	var ways []service
	for _, t := range speaks {
		ways = append(ways, service{t, srvName(t, s.q.Host)})
	}
	questions := questionsFor(ways)
	if open {
		questions = append(questions, question{s.q.Host, dns.TypeNAPTR})
	}
	replies := s.ask(ctx, questions)
	if open {
		naptr := replies[len(replies)-1]
		if chosen := services(of[*dns.NAPTR](naptr), speaks); len(chosen) > 0 {
			s.ttl = min(s.ttl, naptr.ttl)
			ways = chosen[:min(len(chosen), maxServices)]
			replies = s.askNew(ctx, questions, replies, questionsFor(ways))
		}
	}
	return s.servers(ctx, ways, replies)
}

// servers turns the SRV records of each way, in order, into hops.
func (s *search) servers(ctx context.Context, ways []service, replies []reply) []sipnet.Hop {
	type server struct {
		transport sipnet.Transport
		*dns.SRV
	}
	var chosen []server
	var names []string
	for i, way := range ways {
		records := order(of[*dns.SRV](replies[i]), s.Random)
		if len(records) > 0 {
			s.ttl = min(s.ttl, replies[i].ttl)
		}
		for _, r := range records {
			switch {
			case r.Target == ".":
				s.denied = true
			case r.Port != 0 && len(chosen) < maxTargets:
				chosen = append(chosen, server{way.transport, r})
				names = append(names, r.Target)
			}
		}
	}
	var hops []sipnet.Hop
	for i, addrs := range s.addresses(ctx, names) {
		for _, a := range addrs {
			hops = append(hops, sipnet.Hop{Transport: chosen[i].transport, Addr: netip.AddrPortFrom(a, chosen[i].Port), Name: s.q.Host})
		}
	}
	s.denied = s.denied && len(chosen) == 0
	return hops[:min(len(hops), maxHops)]
}

// addresses asks for those of several names at once.
func (s *search) addresses(ctx context.Context, names []string) [][]netip.Addr {
	out, faults := make([][]netip.Addr, len(names)), make([]error, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Go(func() { out[i], faults[i] = s.Hosts(ctx, trimDot(name)) })
	}
	wg.Wait()
	for i, name := range names {
		if missing(faults[i]) {
			faults[i] = nil
		}
		s.silent = s.silent || faults[i] != nil
		out[i] = s.usable(out[i])
		s.tell("A/AAAA "+trimDot(name), len(out[i]), faults[i])
		s.ttl = min(s.ttl, hostsKept)
	}
	return out
}

// usable keeps the addresses that can be reached, IPv4 first.
func (s *search) usable(addrs []netip.Addr) []netip.Addr {
	var out []netip.Addr
	for _, a := range addrs[:min(len(addrs), maxRecords)] {
		if a = a.Unmap(); s.q.Family.has(a) && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b netip.Addr) int { return a.BitLen() - b.BitLen() })
	return out
}
