package sdp

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Local is what one end of the call brings to an offer or an answer.
type Local struct {
	Address   netip.Addr
	Port      uint16
	Codecs    []Codec // in order of preference; TelephoneEvent among them if digits are wanted
	Ptime     time.Duration
	Direction Direction // what we want: SendOnly or Inactive to hold

	// Crypto makes it an RTP/SAVP stream: what is offered, or the one attribute
	// that answers.
	Crypto []Crypto

	RTCPMux  bool // an offer of RTP and RTCP on one port (RFC 5761) is taken
	ZeroHold bool // to hold, name the address 0.0.0.0 as well (RFC 2543 B.5)

	SessionID uint64
	Version   uint64
}

// Negotiated is what an offer and its answer agreed on, seen from this end.
type Negotiated struct {
	Remote netip.AddrPort // where to send; unspecified address: nowhere
	Codec  Codec          // the voice codec; PT as we receive it
	SendPT uint8          // the peer's number for it
	RecvPT uint8          // ours
	Fmtp   string         // what the peer says of the codec

	// Telephone events, if both ends take them (RFC 4733): the peer's number and
	// ours. 0, which is never theirs, without.
	EventPT     uint8
	EventRecvPT uint8
	EventFlash  bool // the peer takes the hook flash, event 16, too

	// Comfort noise, if both ends name it (RFC 3389): as above. 0 is PCMU.
	NoisePT     uint8
	NoiseRecvPT uint8

	RTCP    netip.AddrPort // where reports go; invalid: to the port above
	RTCPMux bool           // they share the stream's port

	Ptime     time.Duration // of the packets that we send
	Direction Direction     // what this end may send and receive
	Held      bool          // the peer wants no media from us although we would send
}

// Offer describes everything that we can receive.
func Offer(local Local) *Session {
	profile := AVP
	if local.keyed() {
		profile = SAVP
	}
	s := describe(local, profile)
	s.setCodecs(local.Codecs)
	s.hold(&local)
	return s
}

// hold names no address if we want no media, for peers that know no other way.
func (s *Session) hold(local *Local) {
	if !local.ZeroHold || local.Direction.Receives() {
		return
	}
	if s.Address.Is6() {
		s.Address = netip.IPv6Unspecified()
		return
	}
	s.Address = netip.IPv4Unspecified()
}

// keyed: the stream is to be SRTP from its first packet.
func (l *Local) keyed() bool { return len(l.Crypto) > 0 }

func describe(local Local, profile Profile) *Session {
	local.Address = local.Address.Unmap()
	return &Session{
		Origin:    Origin{User: "-", ID: local.SessionID, Version: local.Version, Host: local.Address.String()},
		Name:      "-",
		Address:   local.Address,
		Port:      local.Port,
		Profile:   profile,
		Direction: local.Direction,
		Ptime:     local.Ptime,
		Crypto:    local.Crypto,
	}
}

func (s *Session) setCodecs(list []Codec) {
	s.Codecs = slices.Clone(list)
	s.Formats = nil
	for _, c := range list {
		s.Formats = append(s.Formats, strconv.Itoa(int(c.PT)))
	}
}

// Answer takes an offer (RFC 3264 6): every m= line in its place, the audio
// stream accepted with one voice codec, the first of the offer that we have, with
// telephone events and comfort noise if we name them; the offerer's order decides, as the RFC recommends, and its
// numbers are used. One codec only, so that the peer cannot change it without
// asking; whatever is not audio is refused. An offer of RTP/SAVP is taken if
// local has the attribute that answers it, and plain RTP if it has none.
func Answer(offer *Session, local Local) (*Session, Negotiated, error) {
	if err := usable(offer, local.keyed()); err != nil {
		return nil, Negotiated{}, err
	}
	voice, ours, ok := common(offer.Codecs, local.Codecs, isVoice)
	if !ok {
		return nil, Negotiated{}, ErrNoCodec
	}
	theirs := voice
	voice.Fmtp = ours.Fmtp
	list := []Codec{voice}
	if event, ours, ok := commonEvents(offer.Codecs, local.Codecs, voice.ClockRate); ok {
		event.Fmtp = ours.Fmtp // each end names the digits that it takes (RFC 4733 2.4.1)
		list = append(list, event)
	}
	if noise, _, ok := common(offer.Codecs, local.Codecs, noiseAt(voice.ClockRate)); ok {
		list = append(list, noise)
	}
	s := describe(local, offer.Profile)
	s.setCodecs(list)
	s.Direction = local.Direction.and(offer.wants().reverse())
	s.Before, s.After = offer.Before, offer.After
	s.RTCPMux = offer.RTCPMux && local.RTCPMux
	s.hold(&local)

	n := agree(s, offer, voice, theirs)
	n.Held = local.Direction.Sends() && offer.onHold()
	if s.Ptime > 0 {
		s.Ptime = n.Ptime
	}
	return s, n, nil
}

// Negotiate reads the answer to our offer. The answer's order decides (RFC 3264
// 7: send the first format listed in the answer). It may not change whether the
// stream is keyed.
func Negotiate(offer, answer *Session) (Negotiated, error) {
	if err := usable(answer, offer.Profile.Keyed()); err != nil {
		return Negotiated{}, err
	}
	theirs, ours, ok := common(answer.Codecs, offer.Codecs, isVoice)
	if !ok {
		return Negotiated{}, ErrNoCodec
	}
	n := agree(offer, answer, ours, theirs)
	n.Held = offer.Direction.Sends() && answer.onHold()
	return n, nil
}

// usable refuses a description that has no audio stream of the wanted kind to
// talk to: neither clear for keyed nor the reverse, and never another.
func usable(s *Session, keyed bool) error {
	switch {
	case s.Port == 0:
		return ErrRefused
	case keyed && s.Profile.Keyed(), !keyed && s.Profile.Plain():
		return nil
	}
	return ErrProfile
}

// agree works out both ends' numbers for one voice codec and the events with it.
func agree(local, remote *Session, ours, theirs Codec) Negotiated {
	n := Negotiated{
		Remote:    remote.Remote(),
		Codec:     ours,
		SendPT:    theirs.PT,
		RecvPT:    ours.PT,
		Fmtp:      theirs.Fmtp,
		Ptime:     packetTime(local.Ptime, remote),
		Direction: local.Direction.and(remote.wants().reverse()),
		RTCP:      remote.RTCP,
		RTCPMux:   local.RTCPMux && remote.RTCPMux,
	}
	if theirs, ours, ok := commonEvents(remote.Codecs, local.Codecs, ours.ClockRate); ok {
		n.EventPT, n.EventRecvPT = theirs.PT, ours.PT
		n.EventFlash = theirs.takes(16)
	}
	if theirs, ours, ok := common(remote.Codecs, local.Codecs, noiseAt(ours.ClockRate)); ok {
		n.NoisePT, n.NoiseRecvPT = theirs.PT, ours.PT
	}
	return n
}

// common finds the first codec of one list, in its order, that the other has.
func common(first, second []Codec, want func(Codec) bool) (a, b Codec, ok bool) {
	for _, a := range first {
		if !want(a) {
			continue
		}
		if i := slices.IndexFunc(second, a.same); i >= 0 {
			return a, second[i], true
		}
	}
	return Codec{}, Codec{}, false
}

// isVoice leaves out what can never carry speech alone: digits, comfort noise
// (RFC 3389), and the vendor's event encoding.
func isVoice(c Codec) bool {
	return !c.isEvent() && !c.isNoise() && !strings.EqualFold(c.Name, "NSE")
}

// commonEvents finds the digits on the clock of the voice they interrupt (RFC 4733
// section 2.1). Many peers name 8000 alone and mean it for Opus too: their digits
// are taken, and run on the clock of the voice, as all packets of a stream do.
func commonEvents(first, second []Codec, rate int) (a, b Codec, ok bool) {
	if a, b, ok = common(first, second, eventsAt(rate)); !ok {
		a, b, ok = common(first, second, eventsAt(anyClock))
	}
	return a, b, ok
}

// anyClock is what peers name that name one clock for all.
const anyClock = 8000

// eventsAt wants digits on one clock.
func eventsAt(rate int) func(Codec) bool {
	return func(c Codec) bool { return c.isEvent() && c.ClockRate == rate }
}

// noiseAt wants comfort noise on the clock of the voice that it stands for (RFC
// 3389 section 4).
func noiseAt(rate int) func(Codec) bool {
	return func(c Codec) bool { return c.isNoise() && c.ClockRate == rate }
}

// packetTime is the peer's wish if it is one that a telephone can mean, 10 to
// 60 ms in steps of 10, else ours, else 20 ms (RFC 3551 4.2); never above the
// peer's maximum.
func packetTime(ours time.Duration, peer *Session) time.Duration {
	const step, longest = 10 * time.Millisecond, 60 * time.Millisecond
	t := peer.Ptime
	if t < step || t > longest || t%step != 0 {
		t = ours
	}
	if t == 0 {
		t = 2 * step
	}
	if limit := peer.MaxPtime.Truncate(step); limit >= step && t > limit {
		t = limit
	}
	return t
}
