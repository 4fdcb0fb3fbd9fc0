package audio

// The two companding laws of ITU-T G.711 as tables over 16-bit samples.
//
// One octet carries one sample: sign, three bits of segment, four of step.
//
//	mu-law  | 1 = positive | segment inverted | step inverted |   octet = ^code
//	A-law   | 1 = positive | segment          | step          |   octet = code ^ 0x55
//
// G.711 defines mu-law on 14-bit and A-law on 13-bit numbers; here they sit at
// the top of 16 bits (times 4 and times 8), so both laws share one full scale.

// Bits that the line inverts so that silence does not become a run of zeros
// (G.711 clause 3.2, notes to tables 1a and 2a).
const (
	alawInvert = 0x55
	g711Sign   = 0x80
)

// mulawBias shifts the mu-law so that every segment begins at a power of two
// (33 in 14-bit units, G.711 table 2a).
const mulawBias = 33 << 2

var (
	mulawToLinear [256]int16
	alawToLinear  [256]int16

	// Decision values are multiples of 4 (mu) and 16 (A) in 16-bit units, so
	// the bits below them cannot change an octet and need no table entry.
	linearToMulaw [1 << 13]byte
	linearToAlaw  [1 << 11]byte
)

func init() {
	for i := range 256 {
		mulawToLinear[i] = expandMulaw(byte(i))
		alawToLinear[i] = expandAlaw(byte(i))
	}
	for i := range linearToMulaw {
		linearToMulaw[i] = compressMulaw(i << 2)
	}
	for i := range linearToAlaw {
		linearToAlaw[i] = compressAlaw(i << 4)
	}
}

// decodeMulaw gives the linear value of one mu-law octet.
func decodeMulaw(b byte) int16 { return mulawToLinear[b] }

// decodeAlaw gives the linear value of one A-law octet.
func decodeAlaw(b byte) int16 { return alawToLinear[b] }

// encodeMulaw gives the mu-law octet of one sample.
//
// A negative sample is folded by ones' complement, as the reference software
// of ITU-T G.191 does: every interval is then closed below and open above on
// both sides of zero, and -32768 needs no case of its own.
func encodeMulaw(s int16) byte {
	if s < 0 {
		return linearToMulaw[^s>>2] &^ g711Sign
	}
	return linearToMulaw[s>>2]
}

// encodeAlaw gives the A-law octet of one sample.
func encodeAlaw(s int16) byte {
	if s < 0 {
		return linearToAlaw[^s>>4] &^ g711Sign
	}
	return linearToAlaw[s>>4]
}

func expandMulaw(octet byte) int16 {
	code := ^octet
	segment, step := int(code>>4)&7, int(code)&15
	magnitude := (step<<3+mulawBias)<<segment - mulawBias
	if code&g711Sign != 0 {
		return int16(-magnitude)
	}
	return int16(magnitude)
}

func expandAlaw(octet byte) int16 {
	code := octet ^ alawInvert
	segment, step := int(code>>4)&7, int(code)&15
	magnitude := step<<4 + 8
	if segment > 0 {
		magnitude = (magnitude + 256) << (segment - 1)
	}
	if code&g711Sign == 0 {
		return int16(-magnitude)
	}
	return int16(magnitude)
}

// compressMulaw gives the octet of a positive magnitude.
func compressMulaw(magnitude int) byte {
	biased := min(magnitude+mulawBias, 1<<15-1)
	segment := 0
	for biased>>(segment+8) > 0 {
		segment++
	}
	step := biased >> (segment + 3) & 15
	return ^byte(segment<<4 | step)
}

// compressAlaw gives the octet of a positive magnitude.
func compressAlaw(magnitude int) byte {
	segment := 0
	for magnitude>>(segment+8) > 0 {
		segment++
	}
	step := magnitude >> (max(segment, 1) + 3) & 15
	return byte(g711Sign|segment<<4|step) ^ alawInvert
}
