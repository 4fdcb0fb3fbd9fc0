package audio

// Tables of ITU-T G.726 for 32 kbit/s.

// g726Decision are the decision levels of the quantizer's logarithm (table 1).
var g726Decision = [7]int{-124, 80, 178, 246, 300, 349, 400}

// By the magnitude of a codeword, 0 to 7: the reconstruction level (table 5, the
// lowest standing for none), the scale factor multiplier W (table 9) in the
// steps of the recommendation, times 32, and the rate of change F (table 13)
// times 512.
var (
	g726Output = [8]int{-2048, 4, 135, 213, 273, 323, 373, 425}
	g726Scale  = [8]int{-12 * 32, 18 * 32, 41 * 32, 64 * 32, 112 * 32, 198 * 32, 355 * 32, 1122 * 32}
	g726Rate   = [8]int{0, 0, 0, 1 * 512, 1 * 512, 1 * 512, 3 * 512, 7 * 512}
)
