package rtpstream

// track is where one remote SSRC stands: the highest packet index that has
// authenticated (48 bits: rollover counter and sequence number) and which of
// the 64 up to it have been seen. It moves only on authentic packets.
type track struct {
	ssrc uint32
	top  uint64
	seen uint64 // bit n: top-n
}

// startTrack begins with the first authentic packet.
func startTrack(ssrc uint32, index uint64) track {
	return track{ssrc: ssrc, top: index, seen: 1}
}

// index guesses the packet index as RFC 3711 section 3.3.1 and appendix A do:
// the one nearest to the highest seen. There is none before rollover counter 0.
func (t *track) index(seq uint16) (index uint64, ok bool) {
	distance := int64(int16(seq - uint16(t.top)))
	guess := int64(t.top) + distance
	return uint64(guess), guess >= 0
}

// fresh reports whether the packet may be new (RFC 3711 section 3.3.2). What
// is older than the window counts as seen.
func (t *track) fresh(index uint64) bool {
	if index > t.top {
		return true
	}
	age := t.top - index
	return age < replayWindow && t.seen>>age&1 == 0
}

// accept marks an authentic packet as seen and reports whether it is the
// newest.
func (t *track) accept(index uint64) (newest bool) {
	if index <= t.top {
		t.seen |= 1 << (t.top - index)
		return false
	}
	t.seen = t.seen<<(index-t.top) | 1 // Go shifts out to 0 beyond 63
	t.top = index
	return true
}
