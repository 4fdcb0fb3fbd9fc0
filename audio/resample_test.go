package audio

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// sineAt is the oracle: a sine by its definition.
func sineAt(n, rate int, hz, peak float64) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(math.Round(peak * math.Sin(2*math.Pi*hz*float64(i)/float64(rate))))
	}
	return pcm
}

func resampleAll(t testing.TB, from, to int, src []int16) []int16 {
	t.Helper()
	r, err := NewResampler(from, to)
	if err != nil {
		t.Fatal(err)
	}
	dst := make([]int16, len(src)*to/from+64)
	n, read := r.Process(dst, src)
	if read != len(src) {
		t.Fatalf("%d of %d samples taken", read, len(src))
	}
	return dst[:n]
}

// residual fits the best sine of one frequency to pcm and returns its peak and
// the signal-to-noise ratio against what remains, in dB.
func residual(pcm []int16, rate int, hz float64) (peak, snr float64) {
	var ss, cc, sc, sx, cx float64
	for i, v := range pcm {
		s, c := math.Sincos(2 * math.Pi * hz * float64(i) / float64(rate))
		ss, cc, sc = ss+s*s, cc+c*c, sc+s*c
		sx, cx = sx+s*float64(v), cx+c*float64(v)
	}
	det := ss*cc - sc*sc
	a, b := (sx*cc-cx*sc)/det, (cx*ss-sx*sc)/det
	var noise float64
	for i, v := range pcm {
		s, c := math.Sincos(2 * math.Pi * hz * float64(i) / float64(rate))
		d := float64(v) - a*s - b*c
		noise += d * d
	}
	peak = math.Hypot(a, b)
	return peak, 10 * math.Log10(peak*peak/2*float64(len(pcm))/noise)
}

func middle(pcm []int16) []int16 { return pcm[len(pcm)/8 : len(pcm)*7/8] }

func TestResampleKeepsASine(t *testing.T) {
	pairs := [][2]int{
		{8000, 48000}, {48000, 8000}, {8000, 44100}, {44100, 8000}, {8000, 16000}, {16000, 8000},
		{16000, 48000}, {48000, 16000}, {44100, 48000}, {96000, 8000}, {192000, 8000}, {8000, 192000},
		{11025, 8000}, {8000, 44101}, {47999, 8000}, // no small ratio: rounded phases
	}
	for _, pair := range pairs {
		t.Run(fmt.Sprintf("%d to %d", pair[0], pair[1]), func(t *testing.T) {
			for _, hz := range []float64{300, 1000, 3300} {
				out := resampleAll(t, pair[0], pair[1], sineAt(pair[0]/2, pair[0], hz, 20000))
				peak, snr := residual(middle(out), pair[1], hz)
				t.Logf("%.0f Hz: %.1f dB, gain %+.3f dB", hz, snr, 20*math.Log10(peak/20000))
				if snr < 60 {
					t.Errorf("%.0f Hz: signal to noise %.1f dB, want 60 or more", hz, snr)
				}
				if gain := 20 * math.Log10(peak/20000); math.Abs(gain) > 0.5 {
					t.Errorf("%.0f Hz: gain %.2f dB", hz, gain)
				}
			}
		})
	}
}

// Going down, what the lower rate cannot carry must not fold into the
// telephone band (below 3400 Hz; so from 4600 Hz on at 8000).
func TestResampleRejectsAliases(t *testing.T) {
	for _, from := range []int{16000, 44100, 48000} {
		worst := math.Inf(1)
		for hz := 4600.0; hz < float64(from)/2 && hz < 20000; hz += 170 {
			out := middle(resampleAll(t, from, 8000, sineAt(from/4, from, hz, 20000)))
			var sum float64
			for _, v := range out {
				sum += float64(v) * float64(v)
			}
			rms := math.Sqrt(sum / float64(len(out)))
			worst = min(worst, 20*math.Log10(20000/math.Sqrt2/max(rms, 0.3)))
		}
		t.Logf("from %d: worst alias %.1f dB down", from, worst)
		if worst < 50 {
			t.Errorf("from %d: alias only %.1f dB down, want 50", from, worst)
		}
	}
}

// Going up, the images of the telephone band around the old rate must not
// sound. What remains beside the sine is counted whole.
func TestResampleRejectsImages(t *testing.T) {
	for _, to := range []int{16000, 44100, 48000} {
		worst := math.Inf(1)
		for hz := 200.0; hz <= 3400; hz += 160 {
			_, snr := residual(middle(resampleAll(t, 8000, to, sineAt(4000, 8000, hz, 20000))), to, hz)
			worst = min(worst, snr)
		}
		t.Logf("to %d: everything beside the sine at least %.1f dB down", to, worst)
		if worst < 50 {
			t.Errorf("to %d: images only %.1f dB down, want 50", to, worst)
		}
	}
}

// Cutting the stream into calls of any size changes nothing.
func TestResampleIsAStream(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for _, pair := range [][2]int{{8000, 48000}, {48000, 8000}, {44100, 8000}, {192000, 8000}, {8000, 8000}} {
		src := sineAt(20000, pair[0], 700, 15000)
		want := resampleAll(t, pair[0], pair[1], src)
		r, err := NewResampler(pair[0], pair[1])
		if err != nil {
			t.Fatal(err)
		}
		var got []int16
		for len(src) > 0 {
			dst := make([]int16, random.IntN(500))
			written, read := r.Process(dst, src[:min(len(src), random.IntN(700))])
			got = append(got, dst[:written]...)
			src = src[read:]
		}
		rest := make([]int16, 2000)
		n, _ := r.Process(rest, nil)
		if got = append(got, rest[:n]...); !slices.Equal(got, want) {
			t.Errorf("%v: cut into pieces gives %d samples that differ from the %d of one call", pair, len(got), len(want))
		}
	}
}

// Over a long time as many samples come out as the ratio says.
func TestResampleLosesNoTime(t *testing.T) {
	for _, pair := range [][2]int{{44100, 8000}, {8000, 44100}, {48000, 8000}, {11025, 192000}} {
		out := resampleAll(t, pair[0], pair[1], make([]int16, 10*pair[0]))
		r, _ := NewResampler(pair[0], pair[1])
		short := 10*pair[1] - len(out)
		if limit := r.taps/2*pair[1]/pair[0] + 1; short < 0 || short > limit {
			t.Errorf("%v: %d samples missing after ten seconds, the filter holds %d", pair, short, limit)
		}
	}
}

func TestResampleSaturates(t *testing.T) {
	square := make([]int16, 800)
	for i := range square {
		square[i] = math.MaxInt16
		if i/8%2 == 1 {
			square[i] = math.MinInt16
		}
	}
	out := resampleAll(t, 8000, 48000, square) // the ripple of a square exceeds full scale
	top, jump := slices.Max(out), 0
	for i := 1; i < len(out); i++ {
		jump = max(jump, int(out[i])-int(out[i-1]), int(out[i-1])-int(out[i]))
	}
	if top != math.MaxInt16 || jump > 30000 {
		t.Errorf("top %d, greatest step %d: wrapped instead of limited", top, jump)
	}
}

func TestResampleRefusesRates(t *testing.T) {
	for _, pair := range [][2]int{{0, 8000}, {8000, 7999}, {192001, 8000}, {8000, -1}} {
		if _, err := NewResampler(pair[0], pair[1]); !errors.Is(err, ErrRate) {
			t.Errorf("%v: error %v, want ErrRate", pair, err)
		}
	}
}

func TestResampleDoesNotAllocate(t *testing.T) {
	r, _ := NewResampler(44100, 8000)
	dst, src := make([]int16, 160), make([]int16, 882)
	if n := testing.AllocsPerRun(200, func() { r.Process(dst, src) }); n != 0 {
		t.Errorf("%v allocations a call", n)
	}
}
