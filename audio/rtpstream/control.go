package rtpstream

import (
	"net/netip"
	"time"

	"star18/audio"
)

// WatchFirst raises EventFirstPacket at the next valid packet.
func (s *Stream) WatchFirst() { s.watching.Store(true) }

// SetDirection is hold: without send no packet leaves, without receive none is
// played. What arrives is counted and decrypted all the same, since it moves
// the rollover counter.
func (s *Stream) SetDirection(send, receive bool) {
	s.sending.Store(send)
	if s.receiving.Swap(receive) != receive {
		s.incoming.Load().playout.Reset()
	}
}

// SetMute sends silence in place of what the device captures.
func (s *Stream) SetMute(muted bool) { s.muted.Store(muted) }

// PlayTone mixes a tone into what is played, in place of one that is playing.
// nil ends it.
func (s *Stream) PlayTone(t *audio.Tone) { s.tone.Store(t) }

// SetRemote sends to the address of a new SDP. An address that the SDP before
// had too changes nothing: behind a NAT it is the wrong one, and where the peer
// really is has been found out.
func (s *Stream) SetRemote(addr netip.AddrPort) {
	addr = netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
	s.route.Lock()
	defer s.route.Unlock()
	if old := s.sdp.Load(); old != nil && *old == addr {
		return
	}
	s.sdp.Store(&addr)
	s.target.Store(&addr)
}

// follow sends to where the peer was found, unless the SDP that the finding
// belongs to has been replaced meanwhile.
func (s *Stream) follow(sdp *netip.AddrPort, found netip.AddrPort) (moved bool) {
	s.route.Lock()
	defer s.route.Unlock()
	if s.sdp.Load() != sdp {
		return false
	}
	s.target.Store(&found)
	return true
}

// destination is where packets go, if they may go anywhere. The unspecified
// address is how old peers say hold (RFC 2543 appendix B.5); a packet to it
// would come back to this machine.
func (s *Stream) destination() (netip.AddrPort, bool) {
	to := *s.target.Load()
	ok := s.sending.Load() && to.IsValid() && to.Port() != 0 && !to.Addr().IsUnspecified()
	return to, ok
}

// ArmReceive decrypts from now on. What does not authenticate is still played
// if it continues the clear stream, until the peer's first authentic packet or
// the limit of LimitClear. The same keys again change nothing, others are
// refused: no state is ever reset while a key lives.
func (s *Stream) ArmReceive(k Keys) error {
	defer k.wipe()
	s.control.Lock()
	defer s.control.Unlock()
	return s.arm(k)
}

func (s *Stream) arm(k Keys) error {
	defer k.wipe()
	if g := s.guard.Load(); g != nil {
		if g.print != k.fingerprint() {
			return ErrOtherKeys
		}
		return nil
	}
	g, err := newGuard(k)
	if err != nil {
		return err
	}
	s.guard.Store(g)
	return nil
}

// LimitClear plays clear packets for at most d longer. It can only shorten.
func (s *Stream) LimitClear(d time.Duration) {
	if g := s.guard.Load(); g != nil {
		g.limitTo(s.clock(time.Now()) + d)
	}
}

// DisarmReceive goes back to clear after a failed handshake. It does nothing
// once sending is protected, or once the peer has proved to hold the keys: it
// is protected then, and its packets would be played as noise.
func (s *Stream) DisarmReceive() {
	s.control.Lock()
	defer s.control.Unlock()
	g := s.guard.Load()
	if g == nil || s.sendKeys.Load() != nil || !g.leave(disarmed) {
		return
	}
	s.guard.Store(nil)
}

// ProtectSend makes everything from the next packet on SRTP, for the life of
// the stream. One key serves both directions, so receiving is armed with it if
// it was not yet.
func (s *Stream) ProtectSend(k Keys) error {
	defer k.wipe()
	s.control.Lock()
	defer s.control.Unlock()
	if p := s.sendKeys.Load(); p != nil {
		if p.print != k.fingerprint() {
			return ErrOtherKeys
		}
		return nil // a second context would use the keystream twice
	}
	if err := s.arm(k); err != nil {
		return err
	}
	keys, err := newSendKeys(&k, s.guard.Load().mirror)
	if err != nil {
		return err
	}
	s.sendKeys.Store(keys)
	return nil
}
