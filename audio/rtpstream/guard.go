package rtpstream

import (
	"sync/atomic"
	"time"
)

// phase is how far the change to SRTP has come on the receiving side. It
// leaves windowOpen once, for one of the others.
type phase uint32

const (
	windowOpen phase = iota // keys exist, no packet has authenticated yet
	secured                 // clear is never played again
	disarmed                // the handshake failed; clear goes on
)

// guard is receiving with keys. The control side makes it and publishes it by
// one pointer; from then on all but the atomic fields belong to the receive
// goroutine.
type guard struct {
	context  *cryptoContext
	untagged *cryptoContext // transform none, if the list names it
	before   *cryptoContext // the key before this one, until ends
	ends     time.Duration
	mirror   *mirror
	print    fingerprint

	phase atomic.Uint32
	limit atomic.Int64 // end of the window on the stream's clock; 0: open end
}

func newGuard(k Keys) (*guard, error) {
	defer k.wipe()
	ciphers, err := k.ciphers()
	if err != nil {
		return nil, err
	}
	g := &guard{context: &cryptoContext{}, mirror: newMirror(&k), print: k.fingerprint()}
	for place, c := range ciphers {
		g.add(candidate{name: &g.mirror.list[place], place: place, opener: c})
	}
	return g, nil
}

// add keeps a transform without a tag apart: it would open every packet, so no
// trial can find it.
func (g *guard) add(c candidate) {
	context := g.context
	if *c.name == None {
		g.untagged = &cryptoContext{}
		context = g.untagged
	}
	context.trial.candidates = append(context.trial.candidates, c)
}

// succeed takes over from the guard of the key before.
func (g *guard) succeed(old *guard, ends time.Duration) {
	if old != nil {
		g.before, g.ends = old.context, ends
	}
}

// leave ends the open window for p. Only the first of several succeeds, so a
// failed handshake and the peer's first packet cannot both win.
func (g *guard) leave(p phase) bool {
	return g.phase.CompareAndSwap(uint32(windowOpen), uint32(p))
}

func (g *guard) in(p phase) bool { return phase(g.phase.Load()) == p }

// limitTo ends the window at the given moment of the stream's clock, unless it
// ends before: the window only ever shrinks.
func (g *guard) limitTo(end time.Duration) {
	end = max(end, 1) // 0 means no limit
	for {
		old := g.limit.Load()
		if old != 0 && old <= int64(end) {
			return
		}
		if g.limit.CompareAndSwap(old, int64(end)) {
			return
		}
	}
}

// over reports whether the window's limit has passed.
func (g *guard) over(now time.Duration) bool {
	limit := g.limit.Load()
	return limit != 0 && int64(now) >= limit
}

// open tries a packet under all keys and transforms that it may have now.
func (g *guard) open(dst, packet []byte, h header, hint track, now time.Duration, protects bool) result {
	r := g.context.open(dst, packet, h, hint, now)
	if r.opening == opened {
		return r
	}
	if other := g.other(now, protects); other != nil {
		if second := other.open(dst, packet, h, hint, now); second.opening != forged {
			return second
		}
	}
	return r
}

// other is what a packet that does not open may still be: one under the key
// before, or one without a tag. The latter only if the list says so, only until
// a tag has shown that the peer has them after all, and only once we protect:
// before, the peer's clear stream goes on and looks the same.
func (g *guard) other(now time.Duration, protects bool) *cryptoContext {
	switch {
	case g.before != nil && now < g.ends:
		return g.before
	case protects && g.context.known == 0:
		return g.untagged
	}
	return nil
}
