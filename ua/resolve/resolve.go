package resolve

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/miekg/dns"

	"star18/ua/sipnet"
)

const (
	// limit bounds a lookup that has nothing to fall back to.
	limit = 4 * time.Second
	// staleLimit: with an old answer in hand, waiting for a new one is not worth
	// more (RFC 8767 section 5 has 1.8 s for the web; a telephone rings).
	staleLimit = 500 * time.Millisecond
	// recordLimit leaves time for the addresses where a name server swallows
	// questions for NAPTR or SRV.
	recordLimit = 2 * time.Second
)

// Config is what a Resolver is made of; the zero value asks the system.
type Config struct {
	// Speaks are the transports that the line has, the preferred one first;
	// empty means UDP, TCP, TLS.
	Speaks []sipnet.Transport
	// Exchange asks DNS servers one question; an error means that none answered.
	Exchange func(ctx context.Context, question *dns.Msg) (*dns.Msg, error)
	// Hosts finds the addresses of a name.
	Hosts  func(ctx context.Context, name string) ([]netip.Addr, error)
	Now    func() time.Time
	Random func(n int) int // uniform in [0,n)
}

// Resolver finds next hops and remembers them. Its methods may be called from
// any goroutine.
type Resolver struct {
	Config
	memory *memory
}

// New makes a Resolver.
func New(c Config) *Resolver {
	if len(c.Speaks) == 0 {
		c.Speaks = []sipnet.Transport{sipnet.UDP, sipnet.TCP, sipnet.TLS}
	}
	if c.Exchange == nil {
		c.Exchange = exchange
	}
	if c.Hosts == nil {
		c.Hosts = hosts
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.IntN
	}
	return &Resolver{c, newMemory()}
}

// Lookup finds where a request may go, best first; never an empty list without
// an *Error.
func (r *Resolver) Lookup(ctx context.Context, q Question) ([]sipnet.Hop, error) {
	q = q.tidy()
	if hops, ok := r.Known(q); ok {
		return hops, nil
	}
	if err := q.unfit(); err != nil {
		return nil, &Error{Host: q.Host, Err: err}
	}
	old, _ := r.memory.get(q, r.Now())
	wait := limit
	if len(old) > 0 {
		wait = staleLimit
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	s := search{Resolver: r, q: q, ttl: longest}
	hops := s.run(ctx)
	switch {
	case len(old) > 0 && s.silent:
		return old, nil // what is known beats what a silence suggests
	case len(hops) > 0:
		if s.silent {
			s.ttl = shortest // there may be better ones
		}
		return r.memory.put(q, hops, s.ttl, r.Now()), nil
	}
	return nil, s.fault()
}

// Walk is a Lookup that asks everything anew, remembers nothing, and says which
// records were asked for and what came.
func (r *Resolver) Walk(ctx context.Context, q Question) (hops []sipnet.Hop, tried []string, err error) {
	s := search{Resolver: r, q: q.tidy(), ttl: longest}
	if err := s.q.unfit(); err != nil {
		return nil, nil, &Error{Host: q.Host, Err: err}
	}
	if a, ok := s.q.numeric(); ok {
		return []sipnet.Hop{s.q.hop(a, r.Speaks)}, nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if hops = s.run(ctx); len(hops) == 0 {
		return nil, s.tried, s.fault()
	}
	return hops, s.tried, nil
}

// Known is what can be told without asking anybody: an address as it stands, or
// an answer whose time is not over.
func (r *Resolver) Known(q Question) ([]sipnet.Hop, bool) {
	q = q.tidy()
	if a, ok := q.numeric(); ok && q.unfit() == nil {
		return []sipnet.Hop{q.hop(a, r.Speaks)}, true
	}
	hops, fresh := r.memory.get(q, r.Now())
	return hops, fresh
}

// Failed says that a server did not answer, or said 503: others of its list
// come first for a while, a minute if d is 0 (RFC 3263 section 4.3; d is the
// 503's Retry-After).
func (r *Resolver) Failed(h sipnet.Hop, d time.Duration) {
	if d <= 0 {
		d = downFor
	}
	r.memory.markDown(h, d, r.Now())
}

// Worked says that a server answered after all.
func (r *Resolver) Worked(h sipnet.Hop) { r.memory.markUp(h) }

// Renew is for another network: everything is asked anew, and what is known
// serves only while DNS is silent.
func (r *Resolver) Renew() { r.memory.renew() }

func (s *search) fault() error {
	e := &Error{Host: s.q.Host, Tried: s.tried, Err: ErrNotFound}
	switch {
	case s.denied:
		e.Err = ErrNotOffered
	case s.silent:
		e.Err = ErrNoAnswer
	}
	return e
}

// tell notes for the error what a question brought.
func (s *search) tell(what string, n int, err error) {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		what += " (no answer in time)"
	case err != nil:
		what += " (" + err.Error() + ")"
	case n == 0:
		what += " (none)"
	case n > 1:
		what += fmt.Sprintf(" (%d)", n)
	}
	s.tried = append(s.tried, what)
}
