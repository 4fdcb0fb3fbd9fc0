package resolve

import (
	"sync"
	"time"

	"star18/ua/sipnet"
)

// How long an answer is used. A TTL of 0 must not make every request of a call
// wait for DNS; one of a week must not outlive the server.
const (
	shortest = 5 * time.Second
	longest  = time.Hour
	// hostsKept: the system does not say how long its addresses are good.
	hostsKept = time.Minute
	// maxKept bounds both memories: peers choose names.
	maxKept = 64
	// downFor is how long a server that failed is tried last.
	downFor = time.Minute
	// downLongest bounds what a server's Retry-After asks.
	downLongest = time.Hour
)

// memory is what lookups leave behind.
type memory struct {
	mu   sync.Mutex
	kept map[Question]entry
	down map[place]time.Time // until when
}

type entry struct {
	hops  []sipnet.Hop
	until time.Time
}

// place is a server, by whatever name it was found.
type place struct {
	transport sipnet.Transport
	addr      string
}

func placeOf(h sipnet.Hop) place {
	return place{sipnet.Transport(h.Transport.String()), h.Addr.String()}
}

func newMemory() *memory {
	return &memory{kept: map[Question]entry{}, down: map[place]time.Time{}}
}

// get is a kept answer, those that are not down first; fresh if its time is not
// over.
func (m *memory) get(q Question, now time.Time) (hops []sipnet.Hop, fresh bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.kept[q]
	if !ok {
		return nil, false
	}
	return m.sorted(e.hops, now), now.Before(e.until)
}

func (m *memory) put(q Question, hops []sipnet.Hop, ttl time.Duration, now time.Time) []sipnet.Hop {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.kept[q]; !ok && len(m.kept) >= maxKept {
		dropOne(m.kept, func(e entry) time.Time { return e.until })
	}
	m.kept[q] = entry{hops, now.Add(min(max(ttl, shortest), longest))}
	return m.sorted(hops, now)
}

// sorted puts what is down behind the rest: if everything is, the order is the
// old one.
func (m *memory) sorted(hops []sipnet.Hop, now time.Time) []sipnet.Hop {
	up, down := make([]sipnet.Hop, 0, len(hops)), []sipnet.Hop(nil)
	for _, h := range hops {
		if until, ok := m.down[placeOf(h)]; ok && now.Before(until) {
			down = append(down, h)
			continue
		}
		up = append(up, h)
	}
	return append(up, down...)
}

func (m *memory) markDown(h sipnet.Hop, d time.Duration, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.down) >= maxKept {
		dropOne(m.down, func(until time.Time) time.Time { return until })
	}
	m.down[placeOf(h)] = now.Add(min(d, downLongest))
}

func (m *memory) markUp(h sipnet.Hop) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.down, placeOf(h))
}

// renew makes every answer old and every server worth a try: another network
// may have another truth.
func (m *memory) renew() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.down)
	for q, e := range m.kept {
		e.until = time.Time{}
		m.kept[q] = e
	}
}

// dropOne makes room by what would have ended first.
func dropOne[K comparable, V any](in map[K]V, until func(V) time.Time) {
	var oldest K
	var at time.Time
	found := false
	for k, v := range in {
		if t := until(v); !found || t.Before(at) {
			oldest, at, found = k, t, true
		}
	}
	delete(in, oldest)
}
