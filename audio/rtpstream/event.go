package rtpstream

import (
	"net/netip"
	"time"

	"star18/audio/dtmf"
)

// EventKind says what an Event reports.
type EventKind uint8

const (
	// EventFirstPacket: the first valid packet after WatchFirst.
	EventFirstPacket EventKind = iota + 1
	// EventFirstAuthenticated: the first packet of the peer that proved to be
	// under our keys. Raised once.
	EventFirstAuthenticated
	// EventRemoteChanged: packets now go to Addr, where the peer sends from.
	EventRemoteChanged
	// EventFault: the socket failed with Err and nothing is received any more.
	EventFault
	// EventKey: the peer pressed Key, told by an event packet or, if Inband, by
	// its sound. One for each press.
	EventKey
)

func (k EventKind) String() string {
	switch k {
	case EventFirstPacket:
		return "first_packet"
	case EventFirstAuthenticated:
		return "first_authenticated"
	case EventRemoteChanged:
		return "remote_changed"
	case EventFault:
		return "fault"
	case EventKey:
		return "key"
	}
	return "unknown"
}

// Event is something that happened in a stream, told to Config.OnEvent.
type Event struct {
	Kind      EventKind
	At        time.Time
	SSRC      uint32         // of the packet, if there was one
	Transform Transform      // EventFirstAuthenticated
	Addr      netip.AddrPort // source of the packet
	Err       error          // EventFault
	Key       dtmf.Event     // EventKey
	Inband    bool
}

// emit tells an event. Events come from the goroutines that receive and play,
// which Close waits for; once Close was called none starts any more.
func (s *Stream) emit(e Event) {
	if s.onEvent == nil || s.stopping() {
		return
	}
	s.onEvent(e)
}
