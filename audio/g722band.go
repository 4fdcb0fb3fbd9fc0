package audio

// g722Band is the state of one band in one direction: an adaptive predictor of
// two poles and six zeros, and the scale of the quantizer (G.722 section 3.6 and
// 6.2). Its numbers are 16-bit; only their width in Go is larger.
type g722Band struct {
	scale int // DET
	log   int // NB, the logarithm of scale

	poles  [2]int // A1, A2
	zeros  [6]int // B1 to B6
	past   [6]int // DLT: the last differences, the newest first
	output [2]int // RLT: the last reconstructed samples
	signs  [2]int // of PLT, the last partly reconstructed ones

	zeroPart int // SZ, what the zeros predict
	estimate int // S, what both do
}

// rescale adapts the scale to a codeword; most bounds its logarithm.
func (b *g722Band) rescale(log, most, shift int) {
	b.log = max(0, min(most, b.log*127>>7+log))
	mantissa := g722Antilog[b.log>>6&31]
	if down := shift - b.log>>11; down >= 0 {
		b.scale = mantissa >> down << 2
	} else {
		b.scale = mantissa << -down << 2
	}
}

// predict takes a difference and works out the next estimate: block 4 of figures
// 6-8 to 6-11, its parts in the order of the recommendation.
func (b *g722Band) predict(difference int) {
	reconstructed := clip16(b.estimate + difference)
	sign := clip16(b.zeroPart+difference) >> 15
	b.adaptPoles(sign)
	b.adaptZeros(difference)

	copy(b.past[1:], b.past[:])
	b.past[0] = difference
	b.output = [2]int{reconstructed, b.output[0]}
	b.signs = [2]int{sign, b.signs[0]}

	b.zeroPart = 0
	for i, z := range b.zeros {
		b.zeroPart = clip16(b.zeroPart + clip16(2*b.past[i])*z>>15)
	}
	polePart := clip16(clip16(2*b.output[0])*b.poles[0]>>15 + clip16(2*b.output[1])*b.poles[1]>>15)
	b.estimate = clip16(polePart + b.zeroPart)
}

// adaptPoles is UPPOL2 and UPPOL1: each leaks away, moves by a sign algorithm
// and is bounded so that the filter stays stable.
func (b *g722Band) adaptPoles(sign int) {
	cross := clip16(4 * b.poles[0])
	if sign == b.signs[0] {
		cross = min(-cross, 1<<15-1)
	}
	second := cross>>7 + signed(128, sign == b.signs[1]) + b.poles[1]*32512>>15
	second = max(-12288, min(12288, second))

	first := clip16(signed(192, sign == b.signs[0]) + b.poles[0]*32640>>15)
	bound := clip16(15360 - second)
	b.poles = [2]int{max(-bound, min(bound, first)), second}
}

// adaptZeros is UPZERO.
func (b *g722Band) adaptZeros(difference int) {
	step := 128
	if difference == 0 {
		step = 0
	}
	for i, z := range b.zeros {
		b.zeros[i] = clip16(signed(step, (difference < 0) == (b.past[i] < 0)) + z*32640>>15)
	}
}
