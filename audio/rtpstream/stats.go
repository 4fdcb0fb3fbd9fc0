package rtpstream

import (
	"sync/atomic"
	"time"

	"star18/audio"
	"star18/audio/rtpstream/report"
)

// Traffic counts packets and their octets as they are on the wire above UDP.
type Traffic struct {
	Packets, Bytes uint64
}

// Stats is a snapshot of a stream's counters.
type Stats struct {
	SentClear, SentProtected         Traffic
	ReceivedClear, ReceivedProtected Traffic // accepted packets

	SealFailed   uint64 // not sent because encryption failed
	SendErrors   uint64 // refused by the socket
	SocketErrors uint64 // errors while reading

	Refused Refusals // all that was not played, by cause; the same in groups:

	OtherPayload uint64 // other payload types, empty packets, RTCP: ignored
	Malformed    uint64 // no RTP, or too long
	Reflected    uint64 // carry an SSRC of our own
	Strange      uint64 // clear, from another source or SSRC than the stream that goes on
	AuthFailed   uint64 // neither authentic nor like the clear stream
	ClearRefused uint64 // clear stream, at a time when clear is not played
	Replayed     uint64 // seen before, or too old to tell
	SSRCRefused  uint64 // more new SSRCs than a call may have

	LastAuthenticated time.Time // zero: never
	LastRefused       time.Time // of AuthFailed, ClearRefused, Replayed, SSRCRefused

	Playout audio.PlayoutStats // lost, late, jitter, concealed

	SentOctets, ReceivedOctets uint64 // of sound

	Remote report.View // how the peer receives us, by its RTCP
}

// Rejected is the number of packets that were refused for any reason.
func (s Stats) Rejected() uint64 {
	return s.Malformed + s.Reflected + s.Strange + s.AuthFailed + s.ClearRefused + s.Replayed + s.SSRCRefused
}

// traffic is Traffic that is being counted.
type traffic struct {
	packets, bytes atomic.Uint64
}

func (t *traffic) add(bytes int) {
	t.packets.Add(1)
	t.bytes.Add(uint64(bytes))
}

func (t *traffic) load() Traffic {
	return Traffic{Packets: t.packets.Load(), Bytes: t.bytes.Load()}
}

// moment is a time that one goroutine sets and others read.
type moment struct {
	unixNano atomic.Int64
}

func (m *moment) set(t time.Time) { m.unixNano.Store(t.UnixNano()) }

func (m *moment) load() time.Time {
	if ns := m.unixNano.Load(); ns != 0 {
		return time.Unix(0, ns)
	}
	return time.Time{}
}

// counters is what the packet path counts into.
type counters struct {
	sentClear, sentProtected         traffic
	receivedClear, receivedProtected traffic

	sentOctets, receivedOctets atomic.Uint64 // of payload

	sealFailed, sendErrors, socketErrors atomic.Uint64
	refused                              refusals

	lastAuthenticated, lastRefused moment
}

// Stats returns the counters of this moment.
func (s *Stream) Stats() Stats {
	c := &s.count
	refused := c.refused.load()
	stats := Stats{
		SentClear: c.sentClear.load(), SentProtected: c.sentProtected.load(),
		ReceivedClear: c.receivedClear.load(), ReceivedProtected: c.receivedProtected.load(),
		SealFailed: c.sealFailed.Load(), SendErrors: c.sendErrors.Load(), SocketErrors: c.socketErrors.Load(),
		Refused:      refused,
		OtherPayload: refused.sum(otherType, controlling), Malformed: refused.sum(badVersion, shortEvent),
		Reflected: refused[ownSSRC], Strange: refused[strange], AuthFailed: refused[notAuthentic],
		ClearRefused: refused[clearRefused], Replayed: refused[seenBefore], SSRCRefused: refused[manySSRCs],
		LastAuthenticated: c.lastAuthenticated.load(), LastRefused: c.lastRefused.load(),
		Playout:    s.incoming.Load().playout.Stats(),
		SentOctets: c.sentOctets.Load(), ReceivedOctets: c.receivedOctets.Load(),
	}
	if s.reporter != nil {
		if v := s.reporter.view.Load(); v != nil {
			stats.Remote = *v
		}
	}
	return stats
}
