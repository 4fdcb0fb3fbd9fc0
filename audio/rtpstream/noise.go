package rtpstream

import (
	"net/netip"
	"time"

	"star18/audio"
)

// restClear takes comfort noise of the clear stream.
func (r *receiver) restClear(a arrival) {
	payload, ok := a.payload(a.packet)
	if !ok {
		r.s.count.refused.add(badPadding)
		return
	}
	if !r.admitted(a, true) {
		return
	}
	r.s.count.receivedClear.add(len(a.packet))
	r.s.setRemoteSSRC(a.ssrc)
	r.heard(a)
	r.rest(a, payload)
}

// rest hands comfort noise to the playout.
func (r *receiver) rest(a arrival, payload []byte) {
	if !r.s.receiving.Load() || len(payload) == 0 {
		return
	}
	r.follow(a)
	r.s.count.receivedOctets.Add(uint64(len(payload)))
	a.in.playout.PutNoise(a.seq, a.time, payload, a.now)
}

// silent sends what a frame of silence needs, and says whether it was one. A
// stream with keys is never silent: when somebody speaks, and how long, would
// show in the packets whatever their cipher (RFC 6562 section 3).
func (x *sender) silent(to netip.AddrPort, now time.Time) bool {
	f := x.format
	if f.suppressor == nil || x.keys != nil || x.change != nil || x.s.guard.Load() != nil {
		return false
	}
	activity, size := f.suppressor.Step(x.packet[fixedHeader:], f.coded)
	switch activity {
	case audio.ActivitySpeech:
		return false
	case audio.ActivityNoise:
		x.send(header{pt: f.noise, time: x.time}, size, to, now)
	}
	x.resume = true // what follows the silence begins a talkspurt (RFC 3551 section 4.1)
	return true
}
