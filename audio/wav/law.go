package wav

// The two companding laws of ITU-T G.711, decoding only: a file format stands
// on the standard library alone, and these are two formulas. The codecs of
// package audio are checked against them in a test there.
var mulaw, alaw = expandAll(expandMuLaw), expandAll(expandALaw)

func expandAll(expand func(byte) int) (table [256]int16) {
	for i := range table {
		table[i] = int16(expand(byte(i)))
	}
	return table
}

// expandMuLaw: the code is sent inverted; 33 is the bias of G.711 table 2a.
func expandMuLaw(octet byte) int {
	c := int(^octet)
	v := ((2*(c&15)+33)<<(c>>4&7) - 33) * 4
	if c&0x80 != 0 {
		return -v
	}
	return v
}

// expandALaw: every other bit is sent inverted; the first two segments of
// G.711 table 1a have the same step.
func expandALaw(octet byte) int {
	c := int(octet ^ 0x55)
	v := 2*(c&15) + 1
	if segment := c >> 4 & 7; segment > 0 {
		v = (v + 32) << (segment - 1)
	}
	if c&0x80 == 0 {
		return -v * 8
	}
	return v * 8
}
