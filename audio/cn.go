package audio

import "math"

// The comfort noise payload (RFC 3389 section 3):
//
//	0 level7 | k1 | k2 | ... | kM
//
// level is in dB below the overload point, of which the RMS is that of a square
// wave of full scale; k are the reflection coefficients, 258*(N-127)/32768.

// MaxNoisePayload is the length of the longest payload that is sent.
const MaxNoisePayload = 1 + noiseOrder

const (
	overload     = 32124 // RMS at 0 dBov: 8031 of mu-law's 14 bits (section 3.1)
	lowestNoise  = 127   // -dBov
	coefficients = 32768.0 / 258
	coefficient0 = 127
)

// noiseLevel is the level octet of an RMS.
func noiseLevel(rms float64) int {
	if rms <= 0 {
		return lowestNoise
	}
	return int(min(lowestNoise, max(0, math.Round(20*math.Log10(overload/rms)))))
}

// put writes the payload into dst, which has MaxNoisePayload octets.
func (s *noiseShape) put(dst []byte) int {
	dst[0] = byte(noiseLevel(s.rms))
	for i, k := range s.reflection {
		dst[1+i] = byte(min(254, max(0, math.Round(k*coefficients)+coefficient0)))
	}
	return MaxNoisePayload
}

// parseNoise reads a payload. Coefficients beyond those that we have are left out,
// as section 3 allows; an empty payload is none.
func parseNoise(payload []byte) (s noiseShape, ok bool) {
	if len(payload) == 0 {
		return s, false
	}
	if level := payload[0] & 0x7f; level < lowestNoise {
		s.rms = overload * math.Pow(10, -float64(level)/20)
	}
	for i, n := range payload[1:min(len(payload), MaxNoisePayload)] {
		s.reflection[i] = (float64(min(n, 254)) - coefficient0) / coefficients
	}
	return s, true
}
