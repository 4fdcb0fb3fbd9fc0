package audio

// g726 is ITU-T G.726 at 32 kbit/s: ADPCM of 4 bits a sample, two in an octet.
// Which of them comes first is a matter of the name (RFC 3551 section 4.5.4):
//
//	G726-32       the first sample in the low half
//	AAL2-G726-32  the first sample in the high half (ITU-T I.366.2 annex E)
//
// Payload type 2 was G726-32 until RFC 3551 took it away, and still is in the
// devices.
type g726 struct {
	name          string
	order         nibbleOrder
	send, receive g726State
}

// nibbleOrder is where in an octet the first of two samples stands: the number of
// bits that are below it.
type nibbleOrder uint8

const (
	firstLow  nibbleOrder = 0
	firstHigh nibbleOrder = 4
)

const (
	payloadTypeG726 = 2
	payloadTypeAAL2 = 97 // dynamic: any free one would do
)

func newG726(name string, order nibbleOrder) Codec {
	c := &g726{name: name, order: order}
	c.send.reset()
	c.receive.reset()
	return c
}

func (c *g726) Name() string { return c.name }

// PayloadType has no static number for the other order.
func (c *g726) PayloadType() uint8 {
	if c.order == firstHigh {
		return payloadTypeAAL2
	}
	return payloadTypeG726
}
func (*g726) Rate() int      { return 8000 }
func (*g726) ClockRate() int { return 8000 }

// Encode takes an even number of samples; a last single one is left out.
func (c *g726) Encode(dst []byte, pcm []int16) int {
	n := min(len(dst), len(pcm)/2)
	for i := range n {
		first, second := c.send.encode(pcm[2*i]), c.send.encode(pcm[2*i+1])
		dst[i] = byte(first<<c.order | second<<(firstHigh-c.order))
	}
	return n
}

func (c *g726) Decode(dst []int16, payload []byte) (int, error) {
	if len(dst) < 2*len(payload) {
		return 0, ErrShortBuffer
	}
	for i, b := range payload {
		dst[2*i] = c.receive.decode(int(b>>c.order) & 15)
		dst[2*i+1] = c.receive.decode(int(b>>(firstHigh-c.order)) & 15)
	}
	return 2 * len(payload), nil
}

// encode makes a codeword of a sample. The recommendation codes 14 bits.
func (g *g726State) encode(sample int16) int {
	g.predict()
	code := g.quantize(word(int(sample)>>2 - g.estimate))
	g.adapt(code)
	return code
}

func (g *g726State) decode(code int) int16 {
	g.predict()
	return int16(clip16(g.adapt(code) << 2))
}

// quantize finds the codeword of a difference (LOG, SUBTB, QUAN): the magnitude,
// all bits inverted for a negative difference. There is no codeword 0.
func (g *g726State) quantize(difference int) int {
	sign := 0
	if difference < 0 {
		difference, sign = -difference, 15
	}
	log := logarithm(difference&0x7fff) - g.step>>2
	magnitude := 0
	for magnitude < len(g726Decision) && log >= g726Decision[magnitude] {
		magnitude++
	}
	if magnitude == 0 {
		return 15
	}
	return magnitude ^ sign
}

// reconstruct is the magnitude of a difference (ADDA, ANTILOG).
func (g *g726State) reconstruct(magnitude int) int {
	log := g726Output[magnitude] + g.step>>2
	if log < 0 {
		return 0
	}
	return (log&127 + 128) << 7 >> (14 - log>>7&15)
}

// logarithm to the base of two with 7 binary places, by a straight line between
// powers.
func logarithm(magnitude int) int {
	exponent := length(magnitude >> 1)
	return exponent<<7 + magnitude<<7>>exponent&127
}
