package rtpstream

// stage is what the receiver plays.
type stage uint8

const (
	stageClear   stage = iota // no keys: clear packets
	stageWindow               // keys: authentic packets, and the clear stream before
	stageSecured              // authentic packets only
)

// ownership says whether an SSRC is one of ours.
type ownership uint8

const (
	notOurs    ownership = iota
	oursNow              // we send with it
	oursBefore           // we sent clear packets with it and gave it up
)

// clearStream is the unprotected stream that is running, as the last packet
// that was played shows it. Its payload type is one that was agreed on.
type clearStream struct {
	heard bool
	ssrc  uint32
	size  int // octets after the header
}

// view is all that a decision about a packet depends on, besides the packet.
type view struct {
	stage   stage
	limited bool // the window's time is over
	types   payloadTypes
	events  payloadTypes
	noise   payloadTypes
	owner   ownership
	clear   clearStream
}

// verdict is what to do with a packet.
type verdict uint8

const (
	play         verdict = iota // as clear speech, or decrypted speech
	press                       // a telephone event
	rest                        // comfort noise
	try                         // decrypt, then ask again
	ignore                      // fine, but not speech of ours
	reflected                   // our own packet came back
	refuseClear                 // the clear stream, when it is not played any more
	refuseForged                // neither authentic nor the clear stream
)

func (v verdict) String() string {
	return [...]string{"play", "press", "rest", "try", "ignore", "reflected", "refuse clear", "refuse forged"}[v]
}

// arriving judges a packet by its header. size is what follows the header.
//
// A packet with an SSRC that we send with is dropped before any key is tried:
// one key serves both directions, so our own packets would authenticate. This
// holds in clear too, where it would be an echo.
//
// An SSRC that we gave up because the peer uses the same one (the answer to
// equal SSRCs) must still let the peer in, or its call is mute for ever. We
// never protected a packet with it, so what authenticates is not ours; clear
// packets with it may be, and stay refused.
func arriving(h header, size int, v view) verdict {
	switch {
	case h.rtcp(): // has other fields where an SSRC would be
		return ignore
	case v.owner == oursNow, v.owner == oursBefore && v.stage == stageClear:
		return reflected
	case v.stage != stageClear:
		return try
	}
	return content(h, size, v.types, v.events, v.noise)
}

// unauthenticated judges a packet that no key opened: it is played only in the
// window before the first authentic one, and only as a continuation of the
// clear stream before.
func unauthenticated(h header, size int, v view) verdict {
	switch {
	case v.owner != notOurs:
		return reflected
	case !v.clear.continuedBy(h, size, v.types):
		return refuseForged
	case v.stage == stageWindow && !v.limited:
		return play
	}
	return refuseClear
}

// content judges a packet that may be played: it takes a payload type that was
// agreed on. An empty packet is a keepalive (RFC 6263 section 4.1), other types
// are not for us. A number that is of both is speech.
func content(h header, size int, types, events, noise payloadTypes) verdict {
	switch {
	case size == 0:
	case types.take(h.pt):
		return play
	case h.pt != 0 && events.take(h.pt):
		return press
	case h.pt != 0 && noise.take(h.pt):
		return rest
	}
	return ignore
}

// continuedBy reports whether a packet looks like the next one of the stream.
func (c clearStream) continuedBy(h header, size int, types payloadTypes) bool {
	return c.heard && types.take(h.pt) && h.ssrc == c.ssrc && size == c.size
}
