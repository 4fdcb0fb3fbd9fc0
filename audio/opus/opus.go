//go:build cgo && opus

package opus

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/hraban/opus"

	"star18/audio"
)

// Our own choices for a telephone.
const (
	// bitrate is for 20 kHz of one voice (RFC 6716 section 2.1.1 has 28 to 40 kbit/s).
	bitrate = 32000
	// leastBitrate and mostBitrate bound what a peer may ask for (RFC 7587 section
	// 6.1 has 6000 to 510000; one voice is not better for more than this).
	leastBitrate, mostBitrate = 6000, 64000
	// correctionBitrate is what in-band correction may have on top: what is heard
	// without loss then stays as good.
	correctionBitrate = 8000
	// expectedLoss is what it is made for, in percent.
	expectedLoss = 5
	// complexity is half of the most: no difference is heard, and a call takes
	// about one hundredth of a processor.
	complexity = 5
)

// Library names the library that is in use.
func Library() string { return opus.Version() }

// codec is one stream in both directions.
type codec struct {
	encoder *opus.Encoder
	decoder *opus.Decoder
}

// New makes the codec of one stream.
func New() (audio.Codec, error) {
	encoder, err := opus.NewEncoder(rate, 1, opus.AppVoIP)
	if err != nil {
		return nil, err
	}
	decoder, err := opus.NewDecoder(rate, 1)
	if err != nil {
		return nil, err
	}
	return &codec{encoder, decoder}, errors.Join(
		encoder.SetBitrate(bitrate),
		encoder.SetVBR(false), // the lengths of encrypted packets tell what is said (RFC 6562)
		encoder.SetComplexity(complexity),
		encoder.SetDTX(false), // a pause would leave a hole in the NAT
	)
}

func (*codec) Name() string       { return Name }
func (*codec) PayloadType() uint8 { return payloadType }
func (*codec) Rate() int          { return rate }
func (*codec) ClockRate() int     { return rate } // whatever is coded (RFC 7587 section 4.1)
func (*codec) Channels() int      { return 2 }    // likewise (section 7)

// Fmtp asks for correction in band, which Correct makes use of, and for packets of
// one length, as ours are: any call may become a secured one. One channel is what
// is sent unasked.
func (*codec) Fmtp() string { return "useinbandfec=1;cbr=1" }

// Configure takes what the peer asks of our encoder (RFC 7587 section 6.1). What
// it says of its own encoder, and what nobody knows, changes nothing.
func (c *codec) Configure(fmtp string) {
	wanted, widest, correct := 0, opus.Fullband, false
	for part := range strings.SplitSeq(fmtp, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		n, err := strconv.Atoi(value)
		if err != nil {
			continue
		}
		switch strings.ToLower(name) {
		case "maxaveragebitrate":
			wanted = max(leastBitrate, min(n, mostBitrate))
		case "maxplaybackrate":
			widest = bandwidth(n)
		case "useinbandfec":
			correct = n == 1
		}
	}
	loss, usual := 0, bitrate
	if correct {
		loss, usual = expectedLoss, bitrate+correctionBitrate
	}
	if wanted == 0 {
		wanted = usual
	}
	// Refused is only what libopus does not know, and then it stays as it was.
	_ = c.encoder.SetBitrate(wanted)
	_ = c.encoder.SetMaxBandwidth(widest)
	_ = c.encoder.SetInBandFEC(correct)
	_ = c.encoder.SetPacketLossPerc(loss)
}

// bandwidth is what a peer that plays at this rate can make use of.
func bandwidth(rate int) opus.Bandwidth {
	switch {
	case rate <= 8000:
		return opus.Narrowband
	case rate <= 12000:
		return opus.Mediumband
	case rate <= 16000:
		return opus.Wideband
	case rate <= 24000:
		return opus.SuperWideband
	}
	return opus.Fullband
}

// PacketTime is 10, 20, 40 or 60 ms (RFC 7587 section 4.2).
func (*codec) PacketTime(wish time.Duration) time.Duration {
	const step = 10 * time.Millisecond
	switch {
	case wish < 2*step:
		return step
	case wish < 4*step:
		return 2 * step
	case wish < 6*step:
		return 4 * step
	}
	return 6 * step
}

// Encode makes nothing of a frame that is not of such a length.
func (c *codec) Encode(dst []byte, pcm []int16) int {
	if len(pcm) == 0 || len(dst) == 0 {
		return 0
	}
	n, err := c.encoder.Encode(pcm, dst[:len(dst):len(dst)])
	if err != nil {
		return 0
	}
	return n
}

func (c *codec) Decode(dst []int16, payload []byte) (int, error) {
	switch {
	case len(payload) == 0:
		return 0, nil
	case len(dst) == 0:
		return 0, audio.ErrShortBuffer
	}
	n, err := c.decoder.Decode(payload, dst[:len(dst):len(dst)])
	if err != nil {
		return 0, err
	}
	return n, nil
}

// Correct implements audio.LossCorrector.
func (c *codec) Correct(dst []int16, next []byte) int {
	n := min(len(dst), longest) / shortest * shortest
	if n == 0 || !corrects(next) || c.decoder.DecodeFEC(next, dst[:n:n]) != nil {
		return 0
	}
	return n
}

// corrects reports whether a packet brings the one before it along: whether it has
// the flag of low bit-rate redundancy, which stands in clear behind a voice flag
// for each 20 ms (RFC 6716 section 4.2.3). Without it libopus would conceal. Packets
// of several frames, which hardly anybody makes, are left alone.
func corrects(payload []byte) bool {
	if len(payload) < 2 {
		return false
	}
	config, frames := payload[0]>>3, payload[0]&3 // section 3.1
	if config >= firstCELT || frames != 0 {
		return false
	}
	voices := 1
	if config < firstHybrid {
		voices = max(1, int(config%4)) // 10, 20, 40 or 60 ms
	}
	return payload[1]>>(7-voices)&1 == 1
}

// Configurations of RFC 6716 section 3.1: below firstHybrid there is voice coding
// (SILK) alone, from firstCELT on none.
const firstHybrid, firstCELT = 12, 16

// Conceal implements audio.LossConcealer.
func (c *codec) Conceal(dst []int16) int {
	n := min(len(dst), longest) / shortest * shortest
	if n == 0 || c.decoder.DecodePLC(dst[:n:n]) != nil {
		return 0
	}
	return n
}
