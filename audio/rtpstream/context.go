package rtpstream

import "time"

// maxRemoteSSRCs may authenticate under one key; a peer that goes through more
// is not a telephone.
const maxRemoteSSRCs = 8

// cryptoContext is receiving under one master key (RFC 3711 section 3.2):
// transforms, and for each SSRC rollover counter and replay list. A change of
// transform leaves the rest as it is. It belongs to the receive goroutine.
type cryptoContext struct {
	trial trial

	// Remote SSRCs that have authenticated. They are never forgotten: an SSRC
	// that started anew would take old packets again.
	tracks [maxRemoteSSRCs]track
	known  int
}

// opening is what became of a packet that was tried.
type opening uint8

const (
	opened   opening = iota
	forged           // does not authenticate
	replayed         // seen before or too old
	crowded          // a further new SSRC after maxRemoteSSRCs
)

// result is a packet that was tried. All but opening mean something only for
// one that was opened.
type result struct {
	opening opening
	plain   []byte
	index   uint64
	newest  bool // no later packet of this SSRC has been seen
	name    *Transform
	place   int // of the transform in the list of the keys
}

// open tries a packet. hint is where the stream stood under the key before.
func (c *cryptoContext) open(dst, packet []byte, h header, hint track, now time.Duration) result {
	if t := c.track(h.ssrc); t != nil {
		return c.proceed(t, dst, packet, h, now)
	}
	if c.known == maxRemoteSSRCs {
		return result{opening: crowded}
	}
	return c.begin(dst, packet, h, hint, now)
}

// track finds a known SSRC.
func (c *cryptoContext) track(ssrc uint32) *track {
	for i := range c.tracks[:c.known] {
		if c.tracks[i].ssrc == ssrc {
			return &c.tracks[i]
		}
	}
	return nil
}

// proceed opens a packet of a known SSRC.
func (c *cryptoContext) proceed(t *track, dst, packet []byte, h header, now time.Duration) result {
	index, ok := t.index(h.seq)
	if !ok {
		return result{opening: forged}
	}
	if !t.fresh(index) {
		return result{opening: replayed}
	}
	candidates := c.trial.enabled(now)
	for n := range candidates {
		if len(packet) < h.size+candidates[n].tagSize() {
			continue // the library would make an error of it, which costs memory
		}
		plain, err := candidates[n].open(dst, packet, h.ssrc, uint32(index>>16))
		if err == nil {
			return c.opened(n, result{plain: plain, index: index, newest: t.accept(index)}, now)
		}
	}
	return result{opening: forged}
}

// opened names the transform that was found.
func (c *cryptoContext) opened(n int, r result, now time.Duration) result {
	c.trial.found(n, now)
	r.name, r.place = c.trial.candidates[0].name, c.trial.candidates[0].place
	return r
}

// begin keeps a new SSRC if its packet authenticates.
func (c *cryptoContext) begin(dst, packet []byte, h header, hint track, now time.Duration) result {
	candidates := c.trial.enabled(now)
	for n := range candidates {
		roc, ok := candidates[n].counter(packet, h, hint)
		if !ok {
			continue
		}
		plain, err := candidates[n].open(dst, packet, h.ssrc, roc)
		if err != nil {
			break
		}
		index := uint64(roc)<<16 | uint64(h.seq)
		c.tracks[c.known] = startTrack(h.ssrc, index)
		c.known++
		return c.opened(n, result{plain: plain, index: index, newest: true}, now)
	}
	return result{opening: forged}
}

// counter finds the rollover counter that a new SSRC begins with.
//
// A stream starts with 0 at its first protected packet. If that packet came
// shortly before a wrap of the sequence and was lost together with all others
// before the wrap, the first one that arrives is already under 1. Nothing but
// the tag tells, and the clear packets that could give a hint may be forged, so
// any number in the lower half is tried under both.
//
// Under a new key a stream goes on where it was (RFC 3711 section 3.3.1: the
// counter is not reset), but for senders that begin again all the same.
func (c *candidate) counter(packet []byte, h header, hint track) (roc uint32, ok bool) {
	if index, ok := hint.index(h.seq); ok && hint.ssrc == h.ssrc && index>>16 != 0 && c.authentic(packet, uint32(index>>16)) {
		return uint32(index >> 16), true
	}
	switch {
	case c.authentic(packet, 0):
		return 0, true
	case h.seq < 1<<15 && c.authentic(packet, 1):
		return 1, true
	}
	return 0, false
}
