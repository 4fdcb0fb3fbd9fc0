package audio

import "math"

// overlap writes into dst the way from one sound into another, as long as dst;
// dst may be either of them.
//
// The weights are halves of a Hann window, whose slope is zero at both ends, so
// that no corner is left. Where the sounds are alike they add up to one; where
// they are not, their powers would, and the middle were 3 dB too weak. likeness
// is their correlation, 0 to 1, and makes up for it.
func overlap(dst, from, to []int16, likeness float64) {
	n := len(dst)
	turn := math.Pi / float64(n+1)
	rho := min(1, max(0, likeness))
	for i := range dst {
		w := 0.5 - 0.5*math.Cos(turn*float64(i+1))
		v := 1 - w
		gain := 1 / math.Sqrt(w*w+v*v+2*rho*v*w)
		dst[i] = clip(gain * (v*float64(from[i]) + w*float64(to[i])))
	}
}

// clip rounds to a sample.
func clip(v float64) int16 {
	return int16(math.Round(min(math.MaxInt16, max(math.MinInt16, v))))
}

// likeness is the normalised correlation of two stretches of the same length,
// -1 to 1; 0 if one of them is silent.
func likeness(a, b []int16) float64 {
	b = b[:len(a)]
	var cross, powerA, powerB int64
	for i, v := range a {
		x, y := int64(v), int64(b[i])
		cross += x * y
		powerA += x * x
		powerB += y * y
	}
	if powerA == 0 || powerB == 0 {
		return 0
	}
	return float64(cross) / math.Sqrt(float64(powerA)*float64(powerB))
}
