package rtpstream

import (
	"net/netip"
	"time"
)

// Who may take over from a clear stream: packets in a row with consecutive
// sequence numbers (RFC 3550 appendix A.1, MIN_SEQUENTIAL, asks for two before a
// source is believed), after a silence of the stream that is played.
const (
	// nearRun and nearSilence are for the peer itself that begins another stream:
	// music on hold, a gateway that goes over to another call.
	nearRun     = 2
	nearSilence = 50 * time.Millisecond // two packets of 20 ms and some jitter
	// farRun and farSilence are for anybody else, as those of the latch.
	farRun     = latchProbation
	farSilence = latchSilence
	// sdpFresh after a new SDP everybody counts as near: the peer may be about to
	// speak from a place that no SDP names.
	sdpFresh = 2 * time.Second
)

// talker is whose clear packets are played. Anyone who guesses the port can send
// a valid packet, so without this a stranger is heard in the call, and, because a
// new SSRC is a new stream, one packet of his now and then breaks the true one. The
// stream that is played stays as long as it goes on; he who has the address of
// the SDP is believed before others.
//
// Who can send under the peer's own address and SSRC is not told apart: for that
// there is SRTP, which this does not touch.
type talker struct {
	heard bool
	src   netip.AddrPort
	ssrc  uint32
	at    time.Duration // of its last packet

	sdp   *netip.AddrPort
	fresh time.Duration // until then the SDP is new

	near, far rival // apart, for a flood from afar must not break the peer's run
}

// rival is a source that is not played, and its packets in a row.
type rival struct {
	src   netip.AddrPort
	ssrc  uint32
	next  uint16
	count int
}

// admit takes a valid clear packet and reports whether it is the stream's.
func (t *talker) admit(h header, src netip.AddrPort, sdp *netip.AddrPort, now time.Duration) bool {
	if sdp != t.sdp {
		t.sdp, t.fresh = sdp, now+sdpFresh
	}
	if t.is(h.ssrc, src) || t.yields(h, src, now) {
		t.heard, t.src, t.ssrc, t.at = true, src, h.ssrc, now
		t.near.count, t.far.count = 0, 0
		return true
	}
	return false
}

func (t *talker) is(ssrc uint32, src netip.AddrPort) bool {
	return !t.heard || src == t.src && ssrc == t.ssrc
}

// yields reports whether another stream takes over with this packet.
func (t *talker) yields(h header, src netip.AddrPort, now time.Duration) bool {
	silence := now - t.at
	switch {
	case src == t.src, src != *t.sdp && now < t.fresh:
		return t.near.run(h, src) >= nearRun && silence >= nearSilence
	case src == *t.sdp:
		return t.near.run(h, src) >= nearRun
	}
	return t.far.run(h, src) >= farRun && silence >= farSilence
}

// run counts packets in a row, this one included.
func (r *rival) run(h header, src netip.AddrPort) int {
	if src != r.src || h.ssrc != r.ssrc || h.seq != r.next {
		r.count = 0
	}
	r.src, r.ssrc, r.next = src, h.ssrc, h.seq+1
	r.count++
	return r.count
}
