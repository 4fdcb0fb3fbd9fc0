package rtpstream

import (
	"errors"
	"net"
	"net/netip"
	"time"

	"star18/audio/dtmf"
)

// readSize is one octet more than the longest packet that is looked at, so
// that a longer one shows.
const readSize = fixedHeader + 15*4 + 4 + maxPayload + 1

// receiver is the state of the receive goroutine.
type receiver struct {
	s       *Stream
	follows bool // symmetric RTP

	packet []byte
	plain  []byte
	named  []byte // payload after the name of its decoder

	clear   clearStream
	talker  talker
	highest track  // where the authentic stream is
	proven  bool   // a packet has authenticated
	playing uint32 // SSRC in the playout
	plays   bool   // there is one
	keys    dtmf.Receiver

	sdp    *netip.AddrPort // the latch belongs to this address
	latch  latch
	faults int // unknown socket errors in a row
}

func newReceiver(s *Stream, cfg Config) receiver {
	return receiver{
		s: s, follows: cfg.Symmetric,
		packet: make([]byte, readSize), plain: make([]byte, readSize), named: make([]byte, 0, 1+maxPayload),
	}
}

// run reads until the socket is closed or broken.
func (r *receiver) run() {
	defer close(r.s.received)
	for {
		conn := r.s.socket()
		n, src, err := conn.ReadFromUDPAddrPort(r.packet)
		if err == nil {
			r.faults = 0
			r.handle(r.packet[:n], src, time.Now())
		} else if conn == r.s.socket() && !r.survives(err) {
			return
		}
	}
}

// survives counts a socket error and reports whether reading goes on.
func (r *receiver) survives(err error) bool {
	if r.s.stopping() {
		return false
	}
	r.s.count.socketErrors.Add(1)
	if !transient(err) {
		r.faults++
	}
	if errors.Is(err, net.ErrClosed) || r.faults == maxFaults {
		r.s.emit(Event{Kind: EventFault, At: time.Now(), Err: err})
		return false
	}
	pause := time.NewTimer(errorPause)
	defer pause.Stop()
	select {
	case <-pause.C:
		return true
	case <-r.s.stop:
		return false
	}
}

// arrival is a packet on its way through the receiver.
type arrival struct {
	header
	in     *incoming
	packet []byte
	src    netip.AddrPort
	now    time.Time
}

// size is what follows the header.
func (a *arrival) size() int { return len(a.packet) - a.header.size }

// handle takes one packet from the socket.
func (r *receiver) handle(packet []byte, src netip.AddrPort, now time.Time) {
	h, cause := parseHeader(packet)
	if cause != accepted {
		r.s.count.refused.add(cause)
		return
	}
	src = netip.AddrPortFrom(src.Addr().Unmap(), src.Port())
	a := arrival{header: h, in: r.s.incoming.Load(), packet: packet, src: src, now: now}
	guard := r.s.guard.Load()
	v := r.view(guard, a)
	switch verdict := arriving(h, a.size(), v); verdict {
	case try:
		r.try(guard, a, v)
	case play:
		r.playClear(a, v.stage)
	case press:
		r.pressClear(a)
	case rest:
		r.restClear(a)
	case ignore:
		r.refuse(verdict, a)
		if h.rtcp() {
			r.s.reporter.offer(packet, src, true)
		}
	default:
		r.refuse(verdict, a)
	}
}

// view is what is known now.
func (r *receiver) view(g *guard, a arrival) view {
	v := view{types: a.in.types(), events: a.in.events, noise: a.in.noise, owner: r.s.own.Load().owner(a.ssrc), clear: r.clear}
	switch {
	case g == nil || g.in(disarmed):
		v.stage = stageClear
	case g.in(secured):
		v.stage = stageSecured
	default:
		v.stage = stageWindow
		v.limited = g.over(r.s.clock(a.now))
	}
	return v
}

// try decrypts. What does not open may still be the clear stream.
func (r *receiver) try(g *guard, a arrival, v view) {
	protects := r.s.sendKeys.Load() != nil
	result := g.open(r.plain, a.packet, a.header, r.highest, r.s.clock(a.now), protects)
	if result.opening == opened {
		r.opened(g, a, result)
		return
	}
	switch verdict := unauthenticated(a.header, a.size(), v); verdict {
	case play:
		r.playClear(a, v.stage)
	case refuseForged:
		r.refuseUnopened(result.opening, a)
	default:
		r.refuse(verdict, a)
	}
}

// opened takes a packet that authenticated. If the handshake was given up in
// this very moment, there is no key any more that it could count under.
func (r *receiver) opened(g *guard, a arrival, o result) {
	g.leave(secured)
	if !g.in(secured) {
		r.refuse(refuseForged, a)
		return
	}
	first := !r.proven
	r.proven = true
	r.s.count.receivedProtected.add(len(a.packet))
	r.s.count.lastAuthenticated.set(a.now)
	r.s.setRemoteSSRC(a.ssrc)
	g.mirror.authenticated(o.place, r.s.clock(a.now))
	if first {
		r.s.emit(Event{Kind: EventFirstAuthenticated, At: a.now, SSRC: a.ssrc, Transform: *o.name, Addr: a.src})
	}
	if o.newest {
		r.highest = startTrack(a.ssrc, o.index)
	}
	r.locateAuthentic(a, o.newest)
	r.heard(a)
	a.packet = o.plain
	r.playOpened(a)
}
