package report

import (
	"math"
	"time"

	"github.com/pion/rtcp"
)

// Sent is what a stream has sent so far.
type Sent struct {
	SSRC      uint32
	Active    bool // something was sent since the last report but one
	Packets   uint32
	Octets    uint32 // of payload
	Timestamp uint32 // of the media at the time of the report
}

// Received is what came of the peer's stream so far (RFC 3550 appendix A.3).
type Received struct {
	Known    bool
	SSRC     uint32
	Expected uint64
	Arrived  uint64
	Highest  uint32 // sequence number, with its cycles
	Jitter   uint32 // timestamp units
}

// View is what the peer has told of our stream.
type View struct {
	Reports   uint64 // that were understood
	RTT       time.Duration
	Fraction  float64 // lost between its last two reports, 0 to 1
	Lost      int64   // in all
	JitterMS  float64
	RTTCounts uint64 // reports that a round trip could be taken from
}

// Session is the state of one participant. It is for one goroutine.
type Session struct {
	cname string
	clock int // Hz of the media

	peer     uint32 // whose SR the next two are
	lastSR   uint32
	lastSRAt time.Time

	reported Received // at the last report
	view     View
}

// New begins; clock is that of the media in Hz.
func New(cname string, clock int) *Session { return &Session{cname: cname, clock: clock} }

// View is what the peer has told so far.
func (s *Session) View() View { return s.view }

// Write makes the report that is due now; bye makes it the last one.
func (s *Session) Write(now time.Time, sent Sent, received Received, bye bool) ([]byte, error) {
	blocks := s.blocks(now, received)
	var first rtcp.Packet = &rtcp.ReceiverReport{SSRC: sent.SSRC, Reports: blocks}
	if sent.Active {
		first = &rtcp.SenderReport{
			SSRC: sent.SSRC, NTPTime: ntp(now), RTPTime: sent.Timestamp,
			PacketCount: sent.Packets, OctetCount: sent.Octets, Reports: blocks,
		}
	}
	packets := []rtcp.Packet{first, &rtcp.SourceDescription{Chunks: []rtcp.SourceDescriptionChunk{{
		Source: sent.SSRC,
		Items:  []rtcp.SourceDescriptionItem{{Type: rtcp.SDESCNAME, Text: s.cname}},
	}}}}
	if bye {
		packets = append(packets, &rtcp.Goodbye{Sources: []uint32{sent.SSRC}})
	}
	return rtcp.Marshal(packets)
}

// blocks is what we say about the peer's stream, if there is one.
func (s *Session) blocks(now time.Time, r Received) []rtcp.ReceptionReport {
	if !r.Known {
		return nil
	}
	before := s.reported
	if before.SSRC != r.SSRC || before.Expected > r.Expected {
		before = Received{}
	}
	s.reported = r
	block := rtcp.ReceptionReport{
		SSRC: r.SSRC, LastSequenceNumber: r.Highest, Jitter: r.Jitter,
		FractionLost: fraction(r.Expected-before.Expected, r.Arrived-before.Arrived),
		TotalLost:    total(r),
	}
	if !s.lastSRAt.IsZero() && s.peer == r.SSRC {
		block.LastSenderReport = s.lastSR
		block.Delay = uint32(now.Sub(s.lastSRAt).Seconds() * 65536)
	}
	return []rtcp.ReceptionReport{block}
}

// fraction is that of the lost in 256ths; duplicates count as none.
func fraction(expected, arrived uint64) uint8 {
	if expected == 0 || arrived >= expected {
		return 0
	}
	return uint8(min(255, (expected-arrived)*256/expected))
}

// total is clamped to the 24 bits that are there, without their sign.
func total(r Received) uint32 {
	if r.Arrived >= r.Expected {
		return 0
	}
	return uint32(min(r.Expected-r.Arrived, 0x7fffff))
}

// Take reads a packet of the peer: own is our SSRC, peer that of its stream, if
// it is known. It reports whether there was anything to learn. Nothing in it ends
// or moves a stream.
func (s *Session) Take(now time.Time, packet []byte, own uint32, peer uint32, known bool) bool {
	packets, err := rtcp.Unmarshal(packet)
	if err != nil {
		return false
	}
	learnt := false
	for _, p := range packets {
		switch p := p.(type) {
		case *rtcp.SenderReport:
			if known && p.SSRC != peer {
				continue
			}
			s.peer, s.lastSR, s.lastSRAt = p.SSRC, uint32(p.NTPTime>>16), now
			learnt = true
			s.take(now, p.Reports, own)
		case *rtcp.ReceiverReport:
			if known && p.SSRC != peer {
				continue
			}
			learnt = s.take(now, p.Reports, own) || learnt
		}
	}
	return learnt
}

func (s *Session) take(now time.Time, blocks []rtcp.ReceptionReport, own uint32) bool {
	for _, b := range blocks {
		if b.SSRC != own {
			continue
		}
		v := &s.view
		v.Reports++
		v.Fraction = float64(b.FractionLost) / 256
		v.Lost = int64(int32(b.TotalLost<<8) >> 8) // 24 bits with a sign
		v.JitterMS = float64(b.Jitter) * 1000 / float64(s.clock)
		if rtt, ok := roundTrip(now, b); ok {
			v.RTT = rtt
			v.RTTCounts++
		}
		return true
	}
	return false
}

// longestTrip is more than any network needs: beyond it the peer counts wrongly.
const longestTrip = 30 * time.Second

func roundTrip(now time.Time, b rtcp.ReceptionReport) (time.Duration, bool) {
	if b.LastSenderReport == 0 {
		return 0, false
	}
	units := uint32(ntp(now)>>16) - b.LastSenderReport - b.Delay
	if int32(units) < 0 {
		// A peer that rounds its delay up is faster than light by a moment.
		return 0, int32(units) > -655
	}
	rtt := time.Duration(float64(units) / 65536 * float64(time.Second))
	return rtt, rtt < longestTrip
}

// ntpEpoch is 1900 as seen from 1970, in seconds (RFC 3550 section 4).
const ntpEpoch = 2208988800

func ntp(t time.Time) uint64 {
	seconds := uint64(t.Unix() + ntpEpoch)
	return seconds<<32 | uint64(math.Round(float64(t.Nanosecond())/1e9*(1<<32)))&0xffffffff
}

// Interval spreads reports over half to one and a half of their distance, so
// that calls which began together do not stay in step (RFC 3550 section 6.2);
// random is from 0 to 1.
func Interval(distance time.Duration, random float64) time.Duration {
	return time.Duration(float64(distance) * (0.5 + random))
}
