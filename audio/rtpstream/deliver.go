package rtpstream

import "star18/audio/dtmf"

// playClear takes a clear packet that may be played.
func (r *receiver) playClear(a arrival, stage stage) {
	payload, ok := a.payload(a.packet)
	if !ok {
		r.s.count.malformed.Add(1)
		return
	}
	r.clear = clearStream{heard: true, ssrc: a.ssrc, size: a.size()}
	r.s.count.receivedClear.add(len(a.packet))
	r.s.setRemoteSSRC(a.ssrc)
	if stage == stageClear {
		r.locateClear(a)
	}
	r.heard(a)
	r.put(a, payload)
}

// playOpened takes a decrypted packet.
func (r *receiver) playOpened(a arrival) {
	payload, ok := a.payload(a.packet)
	if !ok {
		r.s.count.malformed.Add(1)
		return
	}
	switch content(a.header, len(payload), a.in.types(), a.in.events) {
	case play:
		r.put(a, payload)
	case press:
		r.press(a, payload)
	default:
		r.s.count.otherPayload.Add(1)
	}
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
	if r.follows && r.latched().clear(a.src, a.ssrc, r.s.clock(a.now)) {
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
		count.otherPayload.Add(1)
	case reflected:
		count.reflected.Add(1)
	case refuseClear:
		count.clearRefused.Add(1)
		count.lastRefused.set(a.now)
	default:
		count.authFailed.Add(1)
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
		count.replayed.Add(1)
	case crowded:
		count.ssrcRefused.Add(1)
	default:
		count.authFailed.Add(1)
	}
}
