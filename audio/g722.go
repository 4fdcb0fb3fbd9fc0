package audio

// g722 is ITU-T G.722 at 64 kbit/s: 7 kHz of sound in two bands of ADPCM, one
// octet for two samples.
//
//	encode   16 kHz > mirror filters > low  8 kHz > 6 bits ┐
//	                                 > high 8 kHz > 2 bits ┴ HH LLLLLL
//
// Its RTP clock counts 8000 a second although it samples 16000: an error of the
// first profile that RFC 3551 section 4.5.2 keeps. The filters lose 22 samples
// of 16 kHz, 1.4 ms.
type g722 struct {
	send struct {
		bands g722Bands
		past  qmf
	}
	receive struct {
		bands g722Bands
		past  qmf
	}
}

const (
	payloadTypeG722 = 9
	g722Rate        = 16000
)

func newG722() Codec {
	c := &g722{}
	c.send.bands.reset()
	c.receive.bands.reset()
	return c
}

func (*g722) Name() string       { return "G722" }
func (*g722) PayloadType() uint8 { return payloadTypeG722 }
func (*g722) Rate() int          { return g722Rate }
func (*g722) ClockRate() int     { return g722Rate / 2 }

// Encode takes an even number of samples; a last single one is left out.
func (c *g722) Encode(dst []byte, pcm []int16) int {
	n := min(len(dst), len(pcm)/2)
	for i := range n {
		low, high := c.send.past.split(int(pcm[2*i]), int(pcm[2*i+1]))
		dst[i] = c.send.bands.encode(low, high)
	}
	return n
}

func (c *g722) Decode(dst []int16, payload []byte) (int, error) {
	if len(dst) < 2*len(payload) {
		return 0, ErrShortBuffer
	}
	for i, b := range payload {
		low, high := c.receive.bands.decode(b)
		dst[2*i], dst[2*i+1] = c.receive.past.join(low, high)
	}
	return 2 * len(payload), nil
}

// g722Bands are the two coders of one direction.
type g722Bands struct{ low, high g722Band }

func (g *g722Bands) reset() {
	*g = g722Bands{}
	g.low.scale, g.high.scale = 32, 8 // DETL and DETH (table 20)
}

func (g *g722Bands) encode(low, high int) byte {
	code := g.low.quantizeLow(clip16(low - g.low.estimate))
	g.low.followLow(code >> 2)
	upper := g.high.quantizeHigh(clip16(high - g.high.estimate))
	g.high.followHigh(upper)
	return byte(upper<<6 | code)
}

// decode returns both bands' samples, limited to 15 bits (LIMIT).
func (g *g722Bands) decode(b byte) (low, high int) {
	code, upper := int(b&63), int(b>>6)
	low = clip15(g.low.estimate + g.low.scale*g722Outputs6[code]>>15)
	g.low.followLow(code >> 2)
	high = clip15(g.high.estimate + g.high.scale*g722Outputs2[upper]>>15)
	g.high.followHigh(upper)
	return low, high
}

// quantizeLow finds the codeword of 6 bits of a difference (QUANTL). Its top bit is
// clear for a negative one; the largest magnitudes have the smallest numbers,
// and the two smallest negative ones the numbers left over, 62 and 63.
func (b *g722Band) quantizeLow(difference int) int {
	magnitude, interval := signless(difference), 1
	for interval < len(g722Decision) && magnitude >= g722Decision[interval]*b.scale>>12 {
		interval++
	}
	switch {
	case difference >= 0:
		return 62 - interval
	case interval < 3:
		return 64 - interval
	}
	return 34 - interval
}

// quantizeHigh finds the codeword of 2 bits (QUANTH).
func (b *g722Band) quantizeHigh(difference int) int {
	code := 1
	if signless(difference) >= g722HighDecision*b.scale>>12 {
		code = 0
	}
	if difference >= 0 {
		code += 2
	}
	return code
}

// followLow adapts to a codeword of the lower band (INVQAL, LOGSCL, SCALEL).
func (b *g722Band) followLow(code int) {
	difference := b.scale * g722Outputs4[code] >> 15
	b.rescale(g722LowLog[code], 18432, 8)
	b.predict(difference)
}

// followHigh does in the upper band (INVQAH, LOGSCH, SCALEH).
func (b *g722Band) followHigh(code int) {
	difference := b.scale * g722Outputs2[code] >> 15
	b.rescale(g722HighLog[code], 22528, 10)
	b.predict(difference)
}

// signless is the magnitude, one less for a negative number: what the ones'
// complement of the recommendation comes to.
func signless(v int) int {
	if v < 0 {
		return ^v
	}
	return v
}

func clip16(v int) int { return max(-1<<15, min(1<<15-1, v)) }
func clip15(v int) int { return max(-1<<14, min(1<<14-1, v)) }
