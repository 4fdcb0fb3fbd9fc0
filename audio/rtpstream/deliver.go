package rtpstream

import "star18/audio/dtmf"

// playClear takes a clear packet that may be played.
func (r *receiver) playClear(a arrival, stage stage) {
	payload, ok := a.payload(a.packet)
	if !ok {
		r.s.count.refused.add(badPadding)
		return
	}
	if !r.admitted(a, stage == stageClear) {
		return
	}
	r.clear = clearStream{heard: true, ssrc: a.ssrc, size: a.size()}
	r.s.count.receivedClear.add(len(a.packet))
	r.s.setRemoteSSRC(a.ssrc)
	r.heard(a)
	r.put(a, payload)
}

// admitted counts a valid clear packet that is not of the stream that is played.
// Where clear packets may, it lets this one show where the peer is: that of
// another source only by the rules of the latch, once there is a peer.
func (r *receiver) admitted(a arrival, locates bool) bool {
	ok := r.talker.admit(a.header, a.src, r.s.sdp.Load(), r.s.clock(a.now))
	if !ok {
		r.s.count.refused.add(strange)
	}
	if locates && r.follows && (ok || r.latched().settled) {
		r.locateClear(a)
	}
	return ok
}

// playOpened takes a decrypted packet.
func (r *receiver) playOpened(a arrival) {
	payload, ok := a.payload(a.packet)
	if !ok {
		r.s.count.refused.add(badPadding)
		return
	}
	switch content(a.header, len(payload), a.in.types(), a.in.events, a.in.noise) {
	case play:
		r.put(a, payload)
	case press:
		r.press(a, payload)
	case rest:
		r.rest(a, payload)
	default:
		r.s.count.refused.add(notSpeech(a.header, len(payload)))
	}
}

// notSpeech is why content ignores a packet.
func notSpeech(h header, size int) cause {
	switch {
	case h.rtcp():
		return controlling
	case size == 0:
		return empty
	}
	return otherType
}

// follow goes over to the stream of this packet. A new SSRC is a new stream with
// a sequence and a clock of its own.
func (r *receiver) follow(a arrival) {
	if r.plays && r.playing != a.ssrc {
		a.in.playout.Reset()
		r.keys = dtmf.Receiver{}
	}
	r.plays, r.playing = true, a.ssrc
}

// put hands speech to the playout.
func (r *receiver) put(a arrival, payload []byte) {
	if !r.s.receiving.Load() || len(payload) == 0 {
		return
	}
	r.follow(a)
	r.s.count.receivedOctets.Add(uint64(len(payload)))
	r.named = append(append(r.named[:0], a.in.decoder(a.pt)), payload...)
	a.in.playout.Put(a.seq, a.time, a.marker, r.named, a.now)
}

// heard raises EventFirstPacket if somebody waits for it.
func (r *receiver) heard(a arrival) {
	if r.s.watching.Load() && r.s.watching.CompareAndSwap(true, false) {
		r.s.emit(Event{Kind: EventFirstPacket, At: a.now, SSRC: a.ssrc, Addr: a.src})
	}
}

// locateClear lets a clear packet show where the peer is.
func (r *receiver) locateClear(a arrival) {
	if r.latched().clear(a.src, a.ssrc, r.s.clock(a.now)) {
		r.moved(a)
	}
}

// locateAuthentic lets a packet under our keys show it.
func (r *receiver) locateAuthentic(a arrival, newest bool) {
	if r.follows && r.latched().authentic(a.src, a.ssrc, newest, r.s.clock(a.now)) {
		r.moved(a)
	}
}

// latched is the latch for the address in the present SDP. A new SDP starts a
// new one.
func (r *receiver) latched() *latch {
	if sdp := r.s.sdp.Load(); sdp != r.sdp {
		r.sdp = sdp
		r.latch = latch{addr: *sdp}
	}
	return &r.latch
}

func (r *receiver) moved(a arrival) {
	if r.s.follow(r.sdp, a.src) {
		r.s.emit(Event{Kind: EventRemoteChanged, At: a.now, SSRC: a.ssrc, Addr: a.src})
	}
}

// refuse counts a packet that is not played.
func (r *receiver) refuse(v verdict, a arrival) {
	count := &r.s.count
	switch v {
	case ignore:
		count.refused.add(notSpeech(a.header, a.size()))
	case reflected:
		count.refused.add(ownSSRC)
	case refuseClear:
		count.refused.add(clearRefused)
		count.lastRefused.set(a.now)
	default:
		count.refused.add(notAuthentic)
		count.lastRefused.set(a.now)
	}
}

// refuseUnopened counts a packet that no key opened and that is not the clear
// stream either.
func (r *receiver) refuseUnopened(o opening, a arrival) {
	count := &r.s.count
	count.lastRefused.set(a.now)
	switch o {
	case replayed:
		count.refused.add(seenBefore)
	case crowded:
		count.refused.add(manySSRCs)
	default:
		count.refused.add(notAuthentic)
	}
}
