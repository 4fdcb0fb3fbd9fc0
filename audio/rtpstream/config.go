package rtpstream

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"star18/audio"
)

// ErrConfig is the reason of every refusal of New.
var ErrConfig = errors.New("rtp stream configuration")

// Config is what a stream is made of.
type Config struct {
	Conn   Conn           // closed by the stream
	Remote netip.AddrPort // from the peer's SDP; none: nothing is sent yet

	Codec  audio.Codec // the stream's own
	SendPT uint8       // payload types of the codec in each direction
	RecvPT uint8
	Ptime  time.Duration
	Device audio.Device // not closed by the stream; its Rate is the codec's

	Symmetric bool // send to where the peer really sends from

	// Where our stream begins. RFC 3550 section 5.1 wants all three random.
	SSRC      uint32
	Seq       uint16
	Timestamp uint32

	// OnEvent is called from a goroutine of the stream and must return at once.
	OnEvent func(Event)
}

// maxPtime is the longest packet time that SPA lines know.
const maxPtime = 160 * time.Millisecond

func (c *Config) check() error {
	switch {
	case c.Conn == nil:
		return fmt.Errorf("%w: no socket", ErrConfig)
	case c.Codec == nil:
		return fmt.Errorf("%w: no codec", ErrConfig)
	case c.Device == nil:
		return fmt.Errorf("%w: no device", ErrConfig)
	case c.Device.Rate() != c.Codec.Rate():
		return fmt.Errorf("%w: device runs at %d Hz, codec at %d", ErrConfig, c.Device.Rate(), c.Codec.Rate())
	case c.SendPT >= markerBit || c.RecvPT >= markerBit:
		return fmt.Errorf("%w: payload type %d or %d", ErrConfig, c.SendPT, c.RecvPT)
	case c.Ptime < time.Millisecond || c.Ptime > maxPtime || c.Ptime%time.Millisecond != 0:
		return fmt.Errorf("%w: packet time %v", ErrConfig, c.Ptime)
	}
	return nil
}

// frame is the number of samples, or of timestamp units, of one packet.
func (c *Config) frame(rate int) int {
	return int(time.Duration(rate) * c.Ptime / time.Second)
}
