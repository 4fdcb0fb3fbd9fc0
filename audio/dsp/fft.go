package dsp

import (
	"math"
	"math/bits"
)

// fft is a discrete Fourier transform of a fixed length, in place (decimation in
// time, radix 2).
type fft struct {
	turns []complex64 // exp(-2πi k/n) for the first half of the circle
	swap  []int32     // bits of the index reversed
}

func newFFT(n int) *fft {
	f := &fft{turns: make([]complex64, n/2), swap: make([]int32, n)}
	for k := range f.turns {
		s, c := math.Sincos(-2 * math.Pi * float64(k) / float64(n))
		f.turns[k] = complex(float32(c), float32(s))
	}
	shift := 64 - bits.TrailingZeros(uint(n))
	for i := range f.swap {
		f.swap[i] = int32(bits.Reverse64(uint64(i)) >> shift)
	}
	return f
}

// transform replaces x by its spectrum.
func (f *fft) transform(x []complex64) {
	for i, j := range f.swap {
		if int(j) > i {
			x[i], x[j] = x[j], x[i]
		}
	}
	n := len(x)
	for size := 2; size <= n; size *= 2 {
		half, stride := size/2, n/size
		for base := 0; base < n; base += size {
			a, b := x[base:base+half], x[base+half:base+size]
			for k := range a {
				t := b[k] * f.turns[k*stride]
				a[k], b[k] = a[k]+t, a[k]-t
			}
		}
	}
}
