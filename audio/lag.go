package audio

import "math"

// lagRate is what sound is decimated to while its period is looked for: the
// fundamental and the first formants, which decide, lie below 4 kHz.
const lagRate = 8000

// lagFinder finds how far back a signal resembles itself. It belongs to one
// goroutine; a search does not allocate.
type lagFinder struct {
	factor int // of decimation
	coarse []int16
}

func newLagFinder(rate, longest int) lagFinder {
	factor := max(1, rate/lagRate)
	return lagFinder{factor: factor, coarse: make([]int16, longest/factor)}
}

// lags are those among which to look, in samples. One below zero lies later.
type lags struct {
	low, high int
	want      int     // the best of lags that are equally alike
	price     float64 // of correlation, for the lag furthest from it
}

// find compares the window s[at:at+size] with those lag samples before it and
// returns the lag at which they are most alike, with the normalised correlation
// there. All windows must lie within s, and low must not be above high.
func (f *lagFinder) find(s []int16, at, size int, among lags) (lag int, alike float64) {
	if f.factor == 1 {
		return bestLag(s, at, size, among)
	}
	near := lags{among.low / f.factor, among.high / f.factor, among.want / f.factor, among.price}
	if near.low <= near.high {
		lag, _ = bestLag(f.decimate(s), at/f.factor, size/f.factor, near)
		lag *= f.factor
		among.low, among.high = max(among.low, lag-f.factor), min(among.high, lag+f.factor)
	}
	return bestLag(s, at, size, among)
}

// decimate averages groups of samples, which damps enough of what would fold.
func (f *lagFinder) decimate(s []int16) []int16 {
	c := f.coarse[:len(s)/f.factor]
	for i := range c {
		sum := 0
		for _, v := range s[i*f.factor : (i+1)*f.factor] {
			sum += int(v)
		}
		c[i] = int16(sum / f.factor)
	}
	return c
}

// bestLag tries every lag.
func bestLag(s []int16, at, size int, among lags) (lag int, alike float64) {
	here := s[at : at+size]
	lag, best := among.want, math.Inf(-1)
	span := float64(max(1, among.high-among.want, among.want-among.low))
	for l := among.low; l <= among.high; l++ {
		a := likeness(here, s[at-l:at-l+size])
		score := a - among.price*math.Abs(float64(l-among.want))/span
		if score > best {
			lag, best, alike = l, score, a
		}
	}
	return lag, alike
}
