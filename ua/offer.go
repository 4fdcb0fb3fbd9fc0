package ua

import (
	"fmt"
	"net/netip"
	"slices"

	"star18/ua/sdp"
)

// offer describes what we can receive, in the direction that we want.
func (m *media) offer(direction sdp.Direction) []byte {
	local := m.local()
	local.Direction, local.Crypto = direction, m.keying.offer()
	m.offered = sdp.Offer(local)
	if m.inForce != nil { // what was refused keeps its place (RFC 3264 8)
		m.offered.Before, m.offered.After = m.inForce.Before, m.inForce.After
	}
	return m.describe(m.offered)
}

// lastOffer offers the description in force once more and unchanged, with the
// version it has: a session refresh (RFC 4028 section 7.4).
func (m *media) lastOffer() []byte {
	if m.inForce == nil {
		return m.offer(m.wish)
	}
	again := *m.inForce
	m.offered = &again
	return m.describe(&again)
}

// describe is what goes on the wire: its version is one higher than that of the
// description before if anything has changed, else the same (RFC 3264 8).
func (m *media) describe(s *sdp.Session) []byte {
	if m.described != nil {
		s.Follow(m.described)
	}
	m.described = s
	m.numbers.Given(s.Codecs)
	return s.Marshal()
}

// local is our side of the next description.
func (m *media) local() sdp.Local {
	local := m.line.mediaFormats()
	local.Codecs = m.numbers.Number(m.call.wished(local.Codecs))
	local.Address, local.Port = m.reachable()
	if m.mayBeSilent() {
		local.Codecs = append(local.Codecs, sdp.Codec{Name: sdp.ComfortNoise, PT: noisePT, ClockRate: 8000, Channels: 1})
	}
	local.SessionID, local.Version, local.Direction = m.session, 1, m.wish
	local.RTCPMux = m.line.cfg.RTP.RTCP > 0
	local.ZeroHold = m.line.cfg.Hold == HoldZero
	return local
}

// noisePT is the static payload type of comfort noise (RFC 3389 section 4).
const noisePT = 13

// mayBeSilent: when somebody speaks shows in the packets, whatever their cipher,
// so a call that is secured or wants to be sends them all (RFC 6562 section 3).
func (m *media) mayBeSilent() bool {
	c, s := m.call, m.line.cfg.Secure
	return m.line.cfg.SilenceSuppression && m.keying == nil && !s.Require &&
		(c == nil || !c.target.Secure && c.secure != SecureDone)
}

// mediaFormats is what a line brings to an offer or an answer, but for the port.
func (l *Line) mediaFormats() sdp.Local {
	return sdp.Local{Address: l.Addr().Addr(), Port: 9, Ptime: l.cfg.RTP.Ptime, Codecs: slices.Clone(l.formats)}
}

// early takes the description of a provisional response: the far end sounds
// before it answers. False if it is of no use.
func (m *media) early(body []byte) bool {
	if m.agree(body) != nil {
		return false
	}
	m.whenOpen(m.start)
	return true
}

// negotiated: there has been an answer, be it an early one, which the 2xx need
// not repeat (RFC 3261 13.2.1).
func (m *media) negotiated() bool { return m.agreed.Codec.Name != "" }

// answered takes the answer to our offer. From here on the answered party's
// first packet counts: early media does not.
func (m *media) answered(body []byte) error {
	if len(body) > 0 || !m.negotiated() {
		if err := m.agreeInClear(body); err != nil {
			return err
		}
	}
	m.whenOpen(func() {
		m.start()
		if m.stream != nil {
			m.stream.WatchFirst()
		}
	})
	return nil
}

func (m *media) agree(body []byte) error {
	answer, err := sdp.Parse(body)
	if err != nil {
		return fmt.Errorf("the answer's description: %w", err)
	}
	if m.call.state == up && m.stream != nil && answer.Removed() {
		m.removed(m.offered)
		return nil
	}
	n, err := sdp.Negotiate(m.offered, answer)
	if err != nil {
		return fmt.Errorf("the answer's description: %w", m.mixed(answer, err))
	}
	if err := m.line.canSend(n); err != nil {
		return fmt.Errorf("the answer's description: %w", err)
	}
	if err := m.keying.match(answer); err != nil {
		return fmt.Errorf("the answer's description: %w", err)
	}
	m.agreed, m.inForce = n, m.offered
	return nil
}

// oneListener refuses to speak to a whole network because a peer says so.
func oneListener(n sdp.Negotiated) error {
	if to := n.Remote.Addr(); to.IsMulticast() || to == broadcast {
		return fmt.Errorf("%w: %v is not one telephone", sdp.ErrAddress, to)
	}
	return nil
}

// canSend also refuses to move the sound to an address of a family that the line
// has none of: what is heard now would be lost. The unspecified address is a
// hold, in either family.
func (l *Line) canSend(n sdp.Negotiated) error {
	if to := n.Remote.Addr(); !to.IsUnspecified() && to.Is4() != l.Addr().Addr().Unmap().Is4() {
		return fmt.Errorf("%w: %v is not of this line's family", sdp.ErrAddress, to)
	}
	return oneListener(n)
}

var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// answer answers the peer's offer and runs the stream on it; without an offer
// it makes one, whose answer comes in the ACK.
func (m *media) answer(offer *sdp.Session) ([]byte, error) {
	if offer == nil {
		return m.offer(m.wish), nil
	}
	if offer.Removed() && m.stream != nil {
		return m.fallSilent(offer), nil
	}
	keying, err := m.keyingFor(offer)
	if err != nil {
		return nil, err
	}
	local := m.local()
	local.Crypto = keying.answer()
	answer, n, err := sdp.Answer(offer, local)
	if err != nil {
		return nil, err
	}
	if m.stream != nil {
		err = m.line.canSend(n)
	}
	if err == nil {
		err = m.rekey(keying)
	}
	if err != nil {
		return nil, err
	}
	m.agreed, m.keying = n, keying
	m.whenOpen(m.start)
	m.inForce = answer
	return m.describe(answer), nil
}
