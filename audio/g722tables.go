package audio

// Tables of ITU-T G.722, by the number or name that the recommendation has for
// them.

// qmfTaps are half of the 24 coefficients of the quadrature mirror filters, which
// are symmetrical (table 11), times 4096; every second one, for the two halves
// of the filter that run at 8000 Hz.
var qmfTaps = [12]int{3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11}

// g722Decision are the 6-bit decision levels of the lower band (table 14, Q6).
var g722Decision = [30]int{
	0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650,
	714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
}

// g722HighDecision is the one of the upper band (table 17, Q2).
const g722HighDecision = 564

// g722Outputs4 and g722Outputs6 are the reconstruction levels of the lower band by
// codeword of 4 and of 6 bits (QQ4 and QQ6 with their signs), g722Outputs2 those
// of the upper one (QQ2).
var (
	g722Outputs2 = [4]int{-7408, -1616, 7408, 1616}
	g722Outputs4 = [16]int{
		0, -20456, -12896, -8968, -6288, -4240, -2584, -1200,
		20456, 12896, 8968, 6288, 4240, 2584, 1200, 0,
	}
	g722Outputs6 = [64]int{
		-136, -136, -136, -136, -24808, -21904, -19008, -16704,
		-14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
		-7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576,
		-3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
		24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192,
		10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
		4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032,
		1688, 1360, 1040, 728, 432, 136, -432, -136,
	}
)

// g722Log are the multipliers that adapt the logarithmic scale factor, by codeword
// of 4 bits in the lower band (WL through RL4) and of 2 in the upper (WH, RH2).
var (
	g722LowLog = [16]int{
		-60, 3042, 1198, 538, 334, 172, 58, -30,
		3042, 1198, 538, 334, 172, 58, -30, -60,
	}
	g722HighLog = [4]int{798, -214, 798, -214}
)

// g722Antilog is 2048 times 2 to the power of n/32 (ILB).
var g722Antilog = [32]int{
	2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
	2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
}
