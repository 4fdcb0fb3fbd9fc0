package rtpstream

import (
	"net/netip"
	"time"
)

const (
	// latchProbation packets in a row must come from a new source ...
	latchProbation = 3
	// latchSilence after the last one from the source before.
	latchSilence = 500 * time.Millisecond
)

// latch finds where the peer really sends from, and so where packets to it must
// go, when its SDP names an address that a NAT has hidden ("symmetric RTP", RFC
// 4961).
//
// In clear anyone who guesses the port can send a valid packet, so a rule that
// follows the last packet hands the call to a stranger. This one trusts a
// source once, as long as nothing has come from the address in the SDP, and
// then moves only when the stream that is running has stopped at its old place
// and goes on at a new one: a stranger cannot silence the peer. Where keys
// exist, only a packet under them moves it, at once: then the peer itself has
// moved. A late packet of the old path does not move it back.
type latch struct {
	addr    netip.AddrPort // where the peer is
	settled bool           // a packet has come from addr
	ssrc    uint32         // of the last one
	heard   time.Duration  // time of the last one

	rival netip.AddrPort
	count int // packets in a row from rival
}

// clear takes a valid unauthenticated packet and reports whether addr moved.
func (l *latch) clear(src netip.AddrPort, ssrc uint32, now time.Duration) (moved bool) {
	switch {
	case src == l.addr:
		l.settle(src, ssrc, now)
		return false
	case !l.settled:
		l.settle(src, ssrc, now)
		return true
	case ssrc != l.ssrc:
		l.count = 0
		return false
	}
	if src != l.rival {
		l.rival, l.count = src, 0
	}
	l.count++
	if l.count < latchProbation || now-l.heard < latchSilence {
		return false
	}
	l.settle(src, ssrc, now)
	return true
}

// authentic takes a packet under our keys and reports whether addr moved.
func (l *latch) authentic(src netip.AddrPort, ssrc uint32, newest bool, now time.Duration) (moved bool) {
	if !newest {
		return false
	}
	moved = src != l.addr
	l.settle(src, ssrc, now)
	return moved
}

func (l *latch) settle(src netip.AddrPort, ssrc uint32, now time.Duration) {
	l.addr, l.ssrc, l.heard = src, ssrc, now
	l.settled = true
	l.count = 0
}
