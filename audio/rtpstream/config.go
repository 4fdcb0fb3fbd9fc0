package rtpstream

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"star18/audio"
)

// ErrConfig is the reason of every refusal of a format, and of New but for its keys.
var ErrConfig = errors.New("rtp stream configuration")

// Config is what a stream is made of.
type Config struct {
	Conn   Conn           // closed by the stream
	Remote netip.AddrPort // from the peer's SDP; none: nothing is sent yet

	// The format to begin with; see Format.
	Codec  audio.Codec
	SendPT uint8
	RecvPT uint8
	Ptime  time.Duration

	EventSendPT, EventRecvPT uint8
	NoiseSendPT, NoiseRecvPT uint8

	Device audio.Device // not closed by the stream; its Rate is the codec's

	// Protection makes the stream SRTP from its first packet, with keys that
	// came with offer and answer; nil: it begins in clear.
	Protection *Protection

	RTCP RTCP

	Symmetric bool // send to where the peer really sends from

	// Where our stream begins. RFC 3550 section 5.1 wants all three random.
	SSRC      uint32
	Seq       uint16
	Timestamp uint32

	// OnEvent is called from a goroutine of the stream and must return at once.
	OnEvent func(Event)
}

func (c *Config) check() error {
	switch {
	case c.Conn == nil:
		return fmt.Errorf("%w: no socket", ErrConfig)
	case c.Device == nil:
		return fmt.Errorf("%w: no device", ErrConfig)
	}
	f := c.format()
	return f.check(c.Device)
}

// format is what the stream begins with.
func (c *Config) format() Format {
	return Format{
		Codec: c.Codec, SendPT: c.SendPT, RecvPT: c.RecvPT, Ptime: c.Ptime,
		EventSendPT: c.EventSendPT, EventRecvPT: c.EventRecvPT,
		NoiseSendPT: c.NoiseSendPT, NoiseRecvPT: c.NoiseRecvPT,
	}
}
