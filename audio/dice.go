package audio

import "math"

// dice are random numbers for noise: nothing secret, the same each time, and
// cheap on the sample path (xorshift, Marsaglia 2003).
type dice uint64

func newDice() dice { return 0x9e3779b97f4a7c15 }

// normal is a number of about normal distribution and unit variance: the sum
// of four even ones.
func (d *dice) normal() float64 {
	x := uint64(*d)
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	*d = dice(x)
	sum := x&0xffff + x>>16&0xffff + x>>32&0xffff + x>>48
	return (float64(sum) - 2*0xffff) * (math.Sqrt(3) / 0x10000)
}
