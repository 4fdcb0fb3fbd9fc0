package audio

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Codec turns linear samples into RTP payloads and back, for one stream. It is
// not safe for concurrent use of the same direction.
type Codec interface {
	Name() string                                    // encoding name in SDP
	PayloadType() uint8                              // static (RFC 3551 table 4), or the dynamic one to propose
	Rate() int                                       // samples per second of the linear side
	ClockRate() int                                  // RTP timestamp units per second
	Encode(dst []byte, pcm []int16) int              // octets written; does not allocate
	Decode(dst []int16, payload []byte) (int, error) // samples written; does not allocate
}

// LossConcealer is a codec that can itself make up a packet that did not come,
// from the state of its decoder (Opus). Conceal is called in the order of
// playing, between two calls of Decode and from the same goroutine; it fills dst,
// a whole number of 2.5 ms, and returns the samples written, 0 where it cannot.
type LossConcealer interface {
	Conceal(dst []int16) int
}

// LossCorrector is a codec whose packets may bring the one before them along, with
// less detail (Opus in-band correction, RFC 6716 section 2.1.7). Correct is called
// in place of Conceal where the packet after the lost one is here already, which
// Decode is given next. It fills dst likewise, and returns 0 if next brings nothing.
type LossCorrector interface {
	Correct(dst []int16, next []byte) int
}

// PacketTimer is a codec that does not go into packets of every length.
type PacketTimer interface {
	// PacketTime is the time of its packets that comes nearest to this one.
	PacketTime(wish time.Duration) time.Duration
}

// Parametrised is a codec with parameters in SDP (a=fmtp).
type Parametrised interface {
	Channels() int         // that its rtpmap has to say, whatever is coded
	Fmtp() string          // what we ask of the peer
	Configure(fmtp string) // what the peer asks of us; what is unknown asks nothing
}

// Reasons why a codec refuses.
var (
	ErrUnknownCodec = errors.New("unknown codec")
	ErrShortBuffer  = errors.New("destination too short")
)

// Static payload types of RFC 3551 table 4, and the one rate of G.711.
const (
	payloadTypePCMU = 0
	payloadTypePCMA = 8
	g711Rate        = 8000
)

// NewCodec makes the codec with an SDP encoding name, in any case (encoding
// names are not case sensitive, RFC 4855 section 3), and clock rate if there is
// one, as in "L16/16000". L16 has no rate of its own.
func NewCodec(name string) (Codec, error) {
	encoding, rate, rated := strings.Cut(strings.ToUpper(name), "/")
	c := newCodec(encoding, rate)
	if c == nil || rated && strconv.Itoa(c.ClockRate()) != rate {
		return nil, fmt.Errorf("codec %q: %w", name, ErrUnknownCodec)
	}
	return c, nil
}

func newCodec(encoding, rate string) Codec {
	switch encoding {
	case "PCMU":
		return pcmu{}
	case "PCMA":
		return pcma{}
	case "G722":
		return newG722()
	case "G726-32":
		return newG726("G726-32", firstLow)
	case "AAL2-G726-32":
		return newG726("AAL2-G726-32", firstHigh)
	case "L16":
		if n, _ := strconv.Atoi(rate); l16Types[n] != 0 {
			return l16{n}
		}
	}
	return nil
}

// pcmu is G.711 mu-law (RFC 3551 section 4.5.14). One octet is one sample, so
// any packet length works.
type pcmu struct{}

func (pcmu) Name() string       { return "PCMU" }
func (pcmu) PayloadType() uint8 { return payloadTypePCMU }
func (pcmu) Rate() int          { return g711Rate }
func (pcmu) ClockRate() int     { return g711Rate }

func (pcmu) Encode(dst []byte, pcm []int16) int {
	n := min(len(dst), len(pcm))
	for i, s := range pcm[:n] {
		dst[i] = encodeMulaw(s)
	}
	return n
}

func (pcmu) Decode(dst []int16, payload []byte) (int, error) {
	if len(dst) < len(payload) {
		return 0, ErrShortBuffer
	}
	for i, b := range payload {
		dst[i] = decodeMulaw(b)
	}
	return len(payload), nil
}

// pcma is G.711 A-law (RFC 3551 section 4.5.14).
type pcma struct{}

func (pcma) Name() string       { return "PCMA" }
func (pcma) PayloadType() uint8 { return payloadTypePCMA }
func (pcma) Rate() int          { return g711Rate }
func (pcma) ClockRate() int     { return g711Rate }

func (pcma) Encode(dst []byte, pcm []int16) int {
	n := min(len(dst), len(pcm))
	for i, s := range pcm[:n] {
		dst[i] = encodeAlaw(s)
	}
	return n
}

func (pcma) Decode(dst []int16, payload []byte) (int, error) {
	if len(dst) < len(payload) {
		return 0, ErrShortBuffer
	}
	for i, b := range payload {
		dst[i] = decodeAlaw(b)
	}
	return len(payload), nil
}
