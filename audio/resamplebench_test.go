package audio

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// resamplerFigures is what one conversion does to sound, measured with sines of
// -1 dB of full scale.
type resamplerFigures struct {
	snr    float64       // worst within the band, dB: all that is not the sine
	ripple float64       // greatest deviation of the gain within the band, dB
	edge   float64       // where the gain falls under -3 dB, Hz
	alias  float64       // loudest of what folds into the band from above it, dB; NaN going up
	delay  time.Duration // of the filter
}

// speechBand is the band of telephony at a rate of 8000 or 16000 Hz (ITU-T G.712
// and G.722): what is measured within it is what is heard.
func speechBand(rate int) (low, high float64) {
	if rate == 8000 {
		return 300, 3400
	}
	return 50, 7000
}

func measureResampler(tb testing.TB, from, to int) (f resamplerFigures) {
	lower := min(from, to)
	low, high := speechBand(lower)
	const peak = 29000
	gain := func(hz float64) (db, snr float64) {
		out := middle(resampleAll(tb, from, to, sineAt(from/4, from, hz, peak)))
		p, snr := residual(out, to, hz)
		return 20 * math.Log10(p/peak), snr
	}
	f.snr = math.Inf(1)
	for i := range 41 {
		db, snr := gain(low + (high-low)*float64(i)/40)
		f.snr, f.ripple = min(f.snr, snr), max(f.ripple, math.Abs(db))
	}
	for f.edge = high; f.edge < float64(lower)/2; f.edge += 10 {
		if db, _ := gain(f.edge); db < -3 {
			break
		}
	}
	f.alias = math.NaN()
	if to < from {
		f.alias = math.Inf(-1)
		for hz := float64(to) - high; hz < min(20000, float64(from)/2); hz += 83 {
			out := middle(resampleAll(tb, from, to, sineAt(from/4, from, hz, peak)))
			folded := math.Mod(hz, float64(to))
			folded = min(folded, float64(to)-folded)
			if folded > high || folded < 10 {
				continue
			}
			p, _ := residual(out, to, folded)
			f.alias = max(f.alias, 20*math.Log10(max(p, 0.01)/peak))
		}
	}
	r, err := NewResampler(from, to)
	if err != nil {
		tb.Fatal(err)
	}
	f.delay = time.Duration(r.taps/2) * time.Second / time.Duration(from)
	return f
}

// telephonePairs are the conversions between cards and codecs.
var telephonePairs = [][2]int{
	{48000, 8000}, {44100, 8000}, {48000, 16000}, {44100, 16000}, {8000, 48000}, {8000, 44100}, {16000, 48000}, {16000, 44100},
}

// The figures that docs/sound.md promises, each under its own definition above.
func TestResamplerFigures(t *testing.T) {
	for _, pair := range telephonePairs {
		f := measureResampler(t, pair[0], pair[1])
		if f.snr < 80 || f.ripple > 0.5 || f.alias > -78 || f.delay > 3*time.Millisecond {
			t.Errorf("%v: %+v, want at least 80 dB, at most 0.5 dB, -78 dB and 3 ms", pair, f)
		}
	}
}

// BenchmarkResampler prints the same figures, with the time of 20 ms of sound.
func BenchmarkResampler(b *testing.B) {
	if b.N > 1 {
		return // printed in the first run
	}
	fmt.Printf("\n%-16s %9s %10s %8s %10s %9s %12s\n", "resampler", "SNR", "ripple", "-3 dB", "alias", "delay", "of 20 ms")
	for _, pair := range telephonePairs {
		f := measureResampler(b, pair[0], pair[1])
		alias := "-"
		if !math.IsNaN(f.alias) {
			alias = fmt.Sprintf("%.1f dB", f.alias)
		}
		r, _ := NewResampler(pair[0], pair[1])
		src, dst := noise(pair[0]/50), make([]int16, pair[1]/50+1)
		cost := perFrame(func() { r.Process(dst, src) })
		fmt.Printf("%6d to %6d %6.1f dB %7.2f dB %5.0f Hz %10s %6.2f ms %9.1f us\n", pair[0], pair[1],
			f.snr, f.ripple, f.edge, alias, float64(f.delay.Microseconds())/1000, float64(cost.Nanoseconds())/1000)
	}
}

// perFrame is the mean time of one call, over two thousand.
func perFrame(work func()) time.Duration {
	const calls = 2000
	begun := time.Now()
	for range calls {
		work()
	}
	return time.Since(begun) / calls
}
