package ua

import (
	"math"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/audio/rtpstream"
	"star18/ua/rtpstat"
)

// Stats is how the sound of a call goes, told each second if the line is asked
// to. MOS is 0 as long as nothing was received.
type Stats struct {
	Rx  RxStats `json:"rx"`
	Tx  TxStats `json:"tx"`
	MOS float64 `json:"mos,omitzero"`
}

// EventName implements Event.
func (Stats) EventName() string { return "stats" }

// tellStats is called each second while the call is up.
func (c *Call) tellStats() {
	if !c.line.cfg.Stats || c.media.stream == nil {
		return
	}
	s := c.media.stream.Stats()
	rx, tx := directions(s)
	c.emit(Stats{Rx: rx, Tx: tx, MOS: mos(s, c.media.agreed.Ptime)})
}

// directions are the two sides of a stream's statistics.
func directions(s rtpstream.Stats) (RxStats, TxStats) {
	rx := RxStats{
		Packets:   s.ReceivedClear.Packets + s.ReceivedProtected.Packets,
		Lost:      s.Playout.Lost,
		Late:      s.Playout.Late,
		JitterMS:  s.Playout.JitterMS,
		Concealed: s.Playout.Concealed,
		Rejected:  s.Rejected(),
	}
	tx := TxStats{
		Packets:   s.SentClear.Packets + s.SentProtected.Packets,
		Protected: s.SentProtected.Packets,
		Lost:      s.Remote.Lost,
		JitterMS:  s.Remote.JitterMS,
		RTTMS:     float64(s.Remote.RTT.Microseconds()) / 1000,
	}
	return rx, tx
}

// mos is that of the whole call; 0 if nothing was received.
func (m *media) mos() float64 {
	if m.stream == nil {
		return 0
	}
	return mos(m.stream.Stats(), m.agreed.Ptime)
}

// The E-model of ITU-T G.107 with all defaults leaves 93.2 of its scale; G.113
// appendix I has no impairment for G.711 and, with concealment of its losses, a
// robustness of 25.1 against random ones.
const (
	defaultRating  = 93.2
	lossRobustness = 25.1
	// playoutDelay is what the jitter buffer holds, and the device.
	playoutDelay = 60 * time.Millisecond
)

// mos estimates how a listener here would rate the sound, from 1 to 4.4: by the
// packets that were not there when they were to be played, and by the delay, of
// which half a round trip is the network's.
func mos(s rtpstream.Stats, ptime time.Duration) float64 {
	received := s.Playout.Received
	if received == 0 {
		return 0
	}
	missing := float64(s.Playout.Lost + s.Playout.Late)
	loss := 100 * missing / (missing + float64(received-min(received, s.Playout.Late)))
	delay := float64((s.Remote.RTT/2 + playoutDelay + ptime).Milliseconds())
	return math.Round(100*rate(rating(loss, delay))) / 100
}

// rating is R of G.107, simplified: loss in percent, delay in ms.
func rating(loss, delay float64) float64 {
	r := defaultRating - 0.024*delay - 95*loss/(loss+lossRobustness)
	if delay > 177.3 {
		r -= 0.11 * (delay - 177.3)
	}
	return r
}

// rate is the mean opinion of a rating (G.107 annex B).
func rate(r float64) float64 {
	switch {
	case r <= 0:
		return 1
	case r >= 100:
		return 4.5
	}
	return max(1, 1+0.035*r+r*(r-60)*(100-r)*7e-6)
}

// stampStat says in a BYE, or in its answer, how the sound went.
func (c *Call) stampStat(msg interface{ AppendHeader(sip.Header) }) {
	if !c.line.cfg.RTP.StatsInBye || c.media.stream == nil || c.answeredAt.IsZero() {
		return
	}
	s, name := c.media.stream.Stats(), c.media.agreed.Codec.Name
	msg.AppendHeader(sip.NewHeader(rtpstat.Header, rtpstat.Stat{
		PacketsSent: s.SentClear.Packets + s.SentProtected.Packets, OctetsSent: s.SentOctets,
		PacketsReceived: s.ReceivedClear.Packets + s.ReceivedProtected.Packets, OctetsReceived: s.ReceivedOctets,
		Lost: s.Playout.Lost, JitterMS: uint64(math.Round(s.Playout.JitterMS)),
		LatencyMS: uint64((s.Remote.RTT/2 + playoutDelay).Milliseconds()),
		Seconds:   uint64(time.Since(c.answeredAt).Seconds()), Encoder: name, Decoder: name,
	}.String()))
}

// readStat notes how the sound went for the peer.
func (c *Call) readStat(msg interface{ GetHeader(string) sip.Header }) {
	h := msg.GetHeader(rtpstat.Header)
	if h == nil {
		return
	}
	if s, ok := rtpstat.Parse(h.Value()); ok {
		c.line.log.Info("the other side's sound", "call", c.id, "received", s.PacketsReceived, "lost", s.Lost, "jitter_ms", s.JitterMS, "latency_ms", s.LatencyMS)
	}
}
