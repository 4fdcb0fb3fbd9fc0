package audio

import "math/bits"

// g726State is one direction of G.726: the scale of the quantizer with its two
// speeds, and a predictor of two poles and six zeros that works on short floating
// point numbers. Names in capitals are those of the recommendation.
type g726State struct {
	fast  int // YU, the scale factor that follows speech
	slow  int // YL, the one that follows data, times 64
	speed int // AP, which of them counts
	brief int // DMS, short average of the rate of change
	long  int // DML, long average

	poles  [2]int      // A1, A2
	zeros  [6]int      // B1 to B6
	past   [6]g726Real // DQ: the last differences
	output [2]g726Real // SR: the last reconstructed samples
	signs  [2]bool     // PK: minus
	tone   bool        // TD: what came last may be a tone of a modem

	step               int // Y, of this sample
	zeroPart, estimate int // SEZ, SE
}

func (g *g726State) reset() {
	zero := real11(0, false)
	*g = g726State{
		fast: 544, slow: 544 << 6,
		past:   [6]g726Real{zero, zero, zero, zero, zero, zero},
		output: [2]g726Real{zero, zero},
	}
}

// g726Real is a number of 11 bits: sign, exponent, and a mantissa of 6 bits whose
// first is always set.
type g726Real struct {
	minus              bool
	exponent, mantissa int
}

// real11 is FLOATA and FLOATB.
func real11(magnitude int, minus bool) g726Real {
	if magnitude == 0 {
		return g726Real{minus, 0, 32}
	}
	e := length(magnitude)
	return g726Real{minus, e, magnitude << 6 >> e}
}

// word keeps 16 bits, as the sums of the recommendation do: a coder that saturated
// would lose its step with the others.
func word(v int) int { return int(int16(v)) }

// length is the number of bits that it takes to write n.
func length(n int) int { return bits.Len16(uint16(n)) }

// times is FMULT: a coefficient by a number.
func (r g726Real) times(coefficient int) int {
	coefficient >>= 2
	minus, magnitude := coefficient <= 0, coefficient
	if minus {
		magnitude = -coefficient & 0x1fff
	}
	c := real11(magnitude, minus)
	mantissa := (c.mantissa*r.mantissa + 48) >> 4
	product := 0
	if e := c.exponent + r.exponent - 19; e >= 0 {
		product = mantissa << e & 0x7fff
	} else {
		product = mantissa >> -e
	}
	if (coefficient < 0) != r.minus {
		return -product
	}
	return product
}

// predict works out the estimate and the scale of the next sample (FMULT, ACCUM,
// LIMA, MIX).
func (g *g726State) predict() {
	zeros := 0
	for i, z := range g.zeros {
		zeros += g.past[i].times(z)
	}
	poles := g.output[0].times(g.poles[0]) + g.output[1].times(g.poles[1])
	g.zeroPart, g.estimate = word(zeros)>>1, word(zeros+poles)>>1
	g.step = g.mixed()
}

func (g *g726State) mixed() int {
	if g.speed >= 256 {
		return g.fast
	}
	slow := g.slow >> 6
	product := (g.fast - slow) * (g.speed >> 2)
	if product < 0 {
		product += 63 // towards zero
	}
	return slow + product>>6
}

// adapt follows a codeword and returns the reconstructed sample (ADDB, and all
// that learns from it).
func (g *g726State) adapt(code int) int {
	magnitude, minus := code, code > 7
	if minus {
		magnitude = code ^ 15
	}
	size := g.reconstruct(magnitude)
	difference := size
	if minus {
		difference = -size
	}
	sample := word(g.estimate + difference)
	begins := g.transition(size)
	g.adaptPredictor(difference, word(g.zeroPart+difference), begins)
	copy(g.past[1:], g.past[:])
	g.past[0] = real11(size, minus)
	g.output = [2]g726Real{real11(max(sample, -sample)&0x7fff, sample < 0), g.output[0]}
	g.adaptScale(g726Scale[magnitude])
	g.adaptSpeed(g726Rate[magnitude], begins)
	return sample
}

// transition is TRANS: after a tone, a large difference means that something else
// begins.
func (g *g726State) transition(size int) bool {
	whole, fraction := g.slow>>15, g.slow>>10&31
	threshold := 31 << 10
	if whole <= 9 {
		threshold = (32 + fraction) << whole
	}
	return g.tone && size > (threshold+threshold>>1)>>1
}

// adaptScale is FUNCTW, FILTD, LIMB and FILTE.
func (g *g726State) adaptScale(multiplier int) {
	g.fast = max(544, min(5120, g.step+(multiplier-g.step)>>5))
	g.slow += g.fast + -g.slow>>6
}

// adaptSpeed is FILTA, FILTB, SUBTC, FILTC and TRIGA.
func (g *g726State) adaptSpeed(rate int, begins bool) {
	g.brief += (rate - g.brief) >> 5
	g.long += (rate<<2 - g.long) >> 7
	apart := g.brief<<2 - g.long
	switch {
	case begins:
		g.speed = 256
	case g.step < 1536, g.tone, max(apart, -apart) >= g.long>>3:
		g.speed += (512 - g.speed) >> 4
	default:
		g.speed += -g.speed >> 4
	}
}
