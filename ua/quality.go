package ua

import (
	"math"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/audio"
	"star18/audio/rtpstream"
	"star18/ua/rtpstat"
)

// Stats is how the sound of a call goes, told each second if the line is asked
// to. The counts are since the call began; MOS is that of the last five seconds,
// and 0 while nothing is received.
type Stats struct {
	Rx  RxStats `json:"rx"`
	Tx  TxStats `json:"tx"`
	MOS float64 `json:"mos,omitzero"`

	// Levels of what is sent, after muting, and of what is played here.
	Sent  audio.Level `json:"sent_level"`
	Heard audio.Level `json:"heard_level"`

	// Card is left out while no card has lost sound.
	Card audio.DeviceCounts `json:"card,omitzero"`
}

// EventName implements Event.
func (Stats) EventName() string { return "stats" }

// tellStats is called each second while the call is up.
func (c *Call) tellStats() {
	if c.media.stream == nil {
		return
	}
	s := c.media.stream.Stats()
	c.media.judgement.hear(s, c.onHold())
	c.tellHearing(s)
	if !c.line.cfg.Stats {
		return
	}
	rx, tx := directions(s)
	sent, heard := c.media.booth.Levels()
	c.emit(Stats{Rx: rx, Tx: tx, MOS: c.media.judgement.now(c.media.agreed), Sent: sent, Heard: heard, Card: c.media.lostByCard()})
}

// lostByCard is since the device was asked for.
func (m *media) lostByCard() audio.DeviceCounts {
	if m.line.desk.from.cfg.DeviceCounts == nil || m.seat == nil {
		return audio.DeviceCounts{}
	}
	return m.line.desk.from.cfg.DeviceCounts().Since(m.cardBefore)
}

// opinion is that of the whole call, its last moments included; 0 if nothing was
// received.
func (m *media) opinion() float64 {
	if m.stream == nil {
		return 0
	}
	m.judgement.hear(m.stream.Stats(), m.call.onHold())
	return m.judgement.whole(m.agreed)
}

// directions are the two sides of a stream's statistics.
func directions(s rtpstream.Stats) (RxStats, TxStats) {
	rx := RxStats{
		Packets:   s.ReceivedClear.Packets + s.ReceivedProtected.Packets,
		Lost:      s.Playout.Lost,
		Late:      s.Playout.Late,
		JitterMS:  hundredths(s.Playout.JitterMS),
		Concealed: s.Playout.Concealed,
		Corrected: s.Playout.Corrected,
		Rejected:  s.Rejected(),
	}
	tx := TxStats{
		Packets:   s.SentClear.Packets + s.SentProtected.Packets,
		Protected: s.SentProtected.Packets,
		Lost:      s.Remote.Lost,
		JitterMS:  hundredths(s.Remote.JitterMS),
		RTTMS:     hundredths(float64(s.Remote.RTT.Microseconds()) / 1000),
	}
	return rx, tx
}

// hundredths is as much as these figures mean.
func hundredths(ms float64) float64 { return math.Round(ms*100) / 100 }

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
		LatencyMS: uint64(c.media.judgement.delay(c.media.agreed).Milliseconds()),
		Seconds:   uint64(time.Since(c.answeredAt).Seconds()), Encoder: name, Decoder: name,
	}.String()))
}

// readStat notes how the sound went for the peer.
func (c *Call) readStat(msg headers) {
	if s, ok := rtpstat.Parse(headerText(msg, rtpstat.Header)); ok {
		c.line.log.Info("the other side's sound", "call", c.id, "received", s.PacketsReceived, "lost", s.Lost, "jitter_ms", s.JitterMS, "latency_ms", s.LatencyMS)
	}
}
