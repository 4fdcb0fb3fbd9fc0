package rtpstream

import (
	"sync/atomic"
	"time"
)

// maxRemoteSSRCs may authenticate in one call; a peer that goes through more
// is not a telephone.
const maxRemoteSSRCs = 8

// phase is how far the change to SRTP has come on the receiving side. It
// leaves windowOpen once, for one of the others.
type phase uint32

const (
	windowOpen phase = iota // keys exist, no packet has authenticated yet
	secured                 // clear is never played again
	disarmed                // the handshake failed; clear goes on
)

// guard is receiving under one key. The control side makes it and publishes it
// by one pointer; from then on all but the atomic fields belong to the receive
// goroutine.
type guard struct {
	opener    opener
	transform Transform
	print     fingerprint

	phase atomic.Uint32
	limit atomic.Int64 // end of the window on the stream's clock; 0: open end

	// Remote SSRCs that have authenticated. They are never forgotten: an SSRC
	// that started anew would take old packets again.
	tracks [maxRemoteSSRCs]track
	known  int
}

func newGuard(k Keys) (*guard, error) {
	defer k.wipe()
	o, err := newCipher(&k, k.Transform)
	if err != nil {
		return nil, err
	}
	return &guard{opener: o, transform: k.Transform, print: k.fingerprint()}, nil
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

// opening is what became of a packet that was tried.
type opening uint8

const (
	opened   opening = iota
	forged           // does not authenticate
	replayed         // seen before or too old
	crowded          // a further new SSRC after maxRemoteSSRCs
)

// open tries a packet. plain is valid only for opened, newest says that no
// later packet of this SSRC has been seen.
func (g *guard) open(dst, packet []byte, h header) (plain []byte, newest bool, o opening) {
	if t := g.track(h.ssrc); t != nil {
		return g.proceed(t, dst, packet, h)
	}
	if g.known == maxRemoteSSRCs {
		return nil, false, crowded
	}
	return g.begin(dst, packet, h)
}

// track finds a known SSRC.
func (g *guard) track(ssrc uint32) *track {
	for i := range g.tracks[:g.known] {
		if g.tracks[i].ssrc == ssrc {
			return &g.tracks[i]
		}
	}
	return nil
}

// proceed opens a packet of a known SSRC.
func (g *guard) proceed(t *track, dst, packet []byte, h header) ([]byte, bool, opening) {
	index, ok := t.index(h.seq)
	if !ok {
		return nil, false, forged
	}
	if !t.fresh(index) {
		return nil, false, replayed
	}
	plain, err := g.opener.open(dst, packet, h.ssrc, uint32(index>>16))
	if err != nil {
		return nil, false, forged
	}
	return plain, t.accept(index), opened
}

// begin keeps a new SSRC if its packet authenticates.
//
// A stream starts with rollover counter 0 at its first protected packet. If
// that packet came shortly before a wrap of the sequence and was lost together
// with all others before the wrap, the first one that arrives is already under
// 1. Nothing but the tag tells, and the clear packets that could give a hint
// may be forged, so any number in the lower half is tried under both.
func (g *guard) begin(dst, packet []byte, h header) ([]byte, bool, opening) {
	var roc uint32
	switch {
	case g.opener.authentic(packet, 0):
	case h.seq < 1<<15 && g.opener.authentic(packet, 1):
		roc = 1
	default:
		return nil, false, forged
	}
	plain, err := g.opener.open(dst, packet, h.ssrc, roc)
	if err != nil {
		return nil, false, forged
	}
	g.tracks[g.known] = startTrack(h.ssrc, uint64(roc)<<16|uint64(h.seq))
	g.known++
	return plain, true, opened
}
