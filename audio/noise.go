package audio

import "math"

// noiseOrder is the number of reflection coefficients that shape comfort noise.
// RFC 3389 section 3.3 leaves it open; 10 is what it calls usual for speech.
const noiseOrder = 10

// noiseShape is the level and the spectral envelope of background noise as RFC
// 3389 has them: the reflection coefficients of an all-pole lattice filter.
type noiseShape struct {
	rms        float64 // of 16-bit samples
	reflection [noiseOrder]float64
}

// comfortNoise makes noise of a shape. A new shape takes over without a click,
// since the filter keeps its state.
type comfortNoise struct {
	shape noiseShape
	drive float64 // RMS of the innovation
	back  [noiseOrder + 1]float64
	dice  dice
}

func newComfortNoise() comfortNoise { return comfortNoise{dice: newDice()} }

func (c *comfortNoise) set(s noiseShape) {
	c.shape, c.drive = s, s.rms
	for _, k := range s.reflection {
		c.drive *= math.Sqrt(max(0, 1-k*k))
	}
}

// next is one sample: white noise through the lattice (RFC 3389 section 3.3
// with the signs of speech coding: a(m) = k(m), x(n) = e(n) - sum a x).
func (c *comfortNoise) next() float64 {
	if c.drive == 0 {
		return 0
	}
	v := c.drive * c.dice.normal()
	for m := noiseOrder - 1; m >= 0; m-- {
		k := c.shape.reflection[m]
		v -= k * c.back[m]
		c.back[m+1] = c.back[m] + k*v
	}
	c.back[0] = v
	return v
}

// shapeFrom makes the shape of the autocorrelation of so many samples.
func shapeFrom(r *[noiseOrder + 1]float64, samples int) (s noiseShape) {
	if r[0] <= 0 || samples == 0 {
		return s
	}
	s.rms = math.Sqrt(r[0] / float64(samples))
	var a, next [noiseOrder + 1]float64
	a[0] = 1
	power := r[0] * (1 + 1e-4)
	for m := 1; m <= noiseOrder; m++ {
		sum := r[m]
		for i := 1; i < m; i++ {
			sum += a[i] * r[m-i]
		}
		k := min(0.99, max(-0.99, -sum/power))
		s.reflection[m-1] = k
		next = a
		for i := 1; i <= m; i++ {
			a[i] = next[i] + k*next[m-i]
		}
		power *= 1 - k*k
	}
	return s
}
