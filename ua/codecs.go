package ua

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"star18/audio"
	"star18/audio/rtpstream"
	"star18/ua/sdp"
)

// Payload types under which we offer to take telephone events, by the clock of the
// codecs that they go with: each needs its own (RFC 4733 section 2.1). Any of
// the dynamic ones would do, and 101 is what every device uses.
var eventPTs = map[int]uint8{8000: 101, 48000: 102, 16000: 103}

// eventsTaken are the keys and the hook flash.
const eventsTaken = "0-16"

// readCodecs asks each codec of the list what it is: what the line says in offers,
// and the rate of its sound, the highest that one of them has. The device runs at
// that in every call, for a call may change its codec and a conference has several.
func (c *Config) readCodecs() (formats []sdp.Codec, rate int, err error) {
	var clocks []int
	for _, name := range c.Codecs {
		codec, err := c.NewCodec(name)
		if err != nil {
			return nil, 0, fmt.Errorf("%w: audio.codecs: %w", ErrConfig, err)
		}
		f := formatOf(codec)
		formats = append(formats, f)
		rate = max(rate, codec.Rate())
		if !slices.Contains(clocks, f.ClockRate) {
			clocks = append(clocks, f.ClockRate)
		}
	}
	slices.Sort(clocks) // the one that every peer looks for first
	for _, clock := range clocks {
		formats = append(formats, sdp.Codec{Name: sdp.TelephoneEvent, PT: eventPTs[clock], ClockRate: clock, Channels: 1, Fmtp: eventsTaken})
	}
	return formats, rate, nil
}

// formatOf is what an offer says of a codec.
func formatOf(codec audio.Codec) sdp.Codec {
	f := sdp.Codec{Name: codec.Name(), PT: codec.PayloadType(), ClockRate: codec.ClockRate(), Channels: 1}
	if p, ok := codec.(audio.Parametrised); ok {
		f.Channels, f.Fmtp = p.Channels(), p.Fmtp()
	}
	return f
}

// format is the agreed one, with a coder of its own.
func (m *media) format() (rtpstream.Format, error) {
	a := m.agreed
	codec, err := m.line.cfg.NewCodec(a.Codec.Name + "/" + strconv.Itoa(a.Codec.ClockRate))
	if err != nil {
		return rtpstream.Format{}, err
	}
	if p, ok := codec.(audio.Parametrised); ok {
		p.Configure(a.Fmtp)
	}
	return rtpstream.Format{
		Codec: codec, SendPT: a.SendPT, RecvPT: a.RecvPT, Ptime: packetTime(codec, a.Ptime),
		EventSendPT: a.EventPT, EventRecvPT: a.EventRecvPT,
		NoiseSendPT: a.NoisePT, NoiseRecvPT: a.NoiseRecvPT,
	}, nil
}

// packetTime is the agreed one where the codec has packets of that length.
func packetTime(codec audio.Codec, agreed time.Duration) time.Duration {
	if p, ok := codec.(audio.PacketTimer); ok {
		return p.PacketTime(agreed)
	}
	return agreed
}
