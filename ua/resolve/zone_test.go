package resolve_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"star18/ua/resolve"
	"star18/ua/sipnet"
)

// zone is a DNS in a map, with a clock of its own.
type zone struct {
	mu     sync.Mutex
	sets   map[string][]dns.RR // by "name TYPE"
	silent map[string]bool     // names or "name TYPE" that get no answer
	asked  []string
	now    time.Time
	draw   func(n int) int
}

// newZone reads records in the form of a master file.
func newZone(t testing.TB, text string) *zone {
	t.Helper()
	z := &zone{sets: map[string][]dns.RR{}, silent: map[string]bool{}, now: time.Unix(1e9, 0), draw: func(int) int { return 0 }}
	z.load(t, text)
	return z
}

func (z *zone) load(t testing.TB, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		rr, err := dns.NewRR(strings.TrimSpace(line))
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		key := rr.Header().Name + " " + dns.TypeToString[rr.Header().Rrtype]
		z.sets[key] = append(z.sets[key], rr)
	}
}

func (z *zone) exchange(ctx context.Context, m *dns.Msg) (*dns.Msg, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	name, kind := dns.CanonicalName(m.Question[0].Name), dns.TypeToString[m.Question[0].Qtype]
	z.asked = append(z.asked, kind+" "+strings.TrimSuffix(name, "."))
	if z.silent["*"] || z.silent[name+" "+kind] {
		return nil, context.DeadlineExceeded
	}
	in := new(dns.Msg)
	in.SetReply(m)
	for range 20 {
		in.Answer = append(in.Answer, z.sets[name+" "+kind]...)
		alias := z.sets[name+" CNAME"]
		if len(alias) == 0 {
			break
		}
		in.Answer = append(in.Answer, alias...)
		name = dns.CanonicalName(alias[0].(*dns.CNAME).Target)
	}
	return in, nil
}

func (z *zone) hosts(_ context.Context, name string) ([]netip.Addr, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.asked = append(z.asked, "A/AAAA "+name)
	if z.silent["*"] || z.silent[name+"."] {
		return nil, &net.DNSError{Err: "i/o timeout", Name: name, IsTimeout: true}
	}
	var out []netip.Addr
	for _, rr := range z.sets[name+". AAAA"] {
		out = append(out, netip.MustParseAddr(rr.(*dns.AAAA).AAAA.String()))
	}
	for _, rr := range z.sets[name+". A"] {
		out = append(out, netip.MustParseAddr(rr.(*dns.A).A.String()))
	}
	if len(out) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return out, nil
}

func (z *zone) resolver(speaks ...sipnet.Transport) *resolve.Resolver {
	return resolve.New(resolve.Config{
		Speaks: speaks, Exchange: z.exchange, Hosts: z.hosts,
		Now:    func() time.Time { return z.now },
		Random: func(n int) int { return z.draw(n) },
	})
}

func (z *zone) questions() []string {
	z.mu.Lock()
	defer z.mu.Unlock()
	out := z.asked
	z.asked = nil
	return out
}

// text is a list as one line.
func text(hops []sipnet.Hop) string {
	var out []string
	for _, h := range hops {
		out = append(out, h.String())
	}
	return strings.Join(out, ", ")
}

func mustFind(t *testing.T, r *resolve.Resolver, q resolve.Question, want string) []sipnet.Hop {
	t.Helper()
	hops, err := r.Lookup(t.Context(), q)
	if err != nil {
		t.Errorf("%+v: %v", q, err)
	} else if got := text(hops); got != want {
		t.Errorf("%+v:\n got %s\nwant %s", q, got, want)
	}
	return hops
}

func mustFail(t *testing.T, r *resolve.Resolver, q resolve.Question, want error, says ...string) {
	t.Helper()
	hops, err := r.Lookup(t.Context(), q)
	if !errors.Is(err, want) {
		t.Errorf("%+v: %v, %v; want %v", q, text(hops), err, want)
		return
	}
	for _, s := range says {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("%v; want %q in it", err, s)
		}
	}
}

func lines(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format+"\n", i, i)
	}
	return b.String()
}
