package measure

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The oracle throughout is a sine computed from its definition.

func sine(n, rate int, hz, peak, phase float64) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(math.Round(peak * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)+phase)))
	}
	return pcm
}

func add(a, b []int16) []int16 {
	for i := range a {
		a[i] += b[i]
	}
	return a
}

func TestLevelOfASine(t *testing.T) {
	for _, dbm0 := range []float64{0, -10, -19, -40} {
		peak := 22651 * math.Pow(10, dbm0/20)
		pcm := sine(8000, 8000, 1000, peak, 0.3)
		if got := Level(pcm); math.Abs(got-dbm0) > 0.02 {
			t.Errorf("level %.3f, want %v", got, dbm0)
		}
	}
	if Level(nil) != Silence || Level(make([]int16, 160)) != Silence {
		t.Error("nothing is not silence")
	}
}

func TestLevelAtIsAccurateForAnyFrequencyAndPhase(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		ms    int
		limit float64 // dB
	}{{100, 0.1}, {20, 0.5}} {
		for range 300 {
			rate := []int{8000, 16000, 44100, 48000}[random.IntN(4)]
			hz, phase := 200+3200*random.Float64(), 2*math.Pi*random.Float64()
			pcm := sine(rate*c.ms/1000, rate, hz, 2542, phase)
			want := 20 * math.Log10(2542.0/22651)
			if got := LevelAt(pcm, rate, hz); math.Abs(got-want) > c.limit {
				t.Errorf("%d ms of %.1f Hz at %d: %.3f dBm0, want %.3f", c.ms, hz, rate, got, want)
			}
		}
	}
}

func TestLevelAtRejectsOtherFrequencies(t *testing.T) {
	pcm := sine(800, 8000, 1000, 22651, 0) // 100 ms: two periods are 20 Hz
	for _, hz := range []float64{500, 900, 970, 1030, 1100, 2000} {
		if got := LevelAt(pcm, 8000, hz); got > -30 {
			t.Errorf("1000 Hz seen at %.0f Hz with %.1f dBm0", hz, got)
		}
	}
}

func TestDominant(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		rate := []int{8000, 48000}[random.IntN(2)]
		hz := 100 + 3000*random.Float64()
		pcm := sine(rate/10, rate, hz, 10000, 1)
		pcm = add(pcm, sine(len(pcm), rate, hz*1.31, 2000, 0)) // 14 dB weaker
		if got := Dominant(pcm, rate); math.Abs(got-hz) > 0.5 {
			t.Errorf("dominant %.2f Hz at %d, want %.2f", got, rate, hz)
		}
	}
	if got := Dominant(make([]int16, 800), 8000); got != 0 {
		t.Errorf("silence has the frequency %v", got)
	}
}

func TestFindBursts(t *testing.T) {
	const rate = 8000
	pcm := make([]int16, 3*rate)
	place := func(startMS, endMS int, hz float64) {
		copy(pcm[startMS*8:], sine((endMS-startMS)*8, rate, hz, 2542, 0))
	}
	place(500, 700, 397)
	place(800, 900, 507)
	place(2900, 3000, 397) // up to the very end
	check := func(hz float64, want ...Burst) {
		t.Helper()
		got := FindBursts(pcm, rate, hz)
		if len(got) != len(want) {
			t.Fatalf("%v Hz: bursts %v, want %v", hz, got, want)
		}
		for i := range want {
			if abs(got[i].StartMS-want[i].StartMS) > 3 || abs(got[i].EndMS-want[i].EndMS) > 3 {
				t.Errorf("%v Hz: burst %v, want %v", hz, got[i], want[i])
			}
		}
	}
	check(397, Burst{500, 700}, Burst{2900, 3000})
	check(507, Burst{800, 900})
	if got := FindBursts(make([]int16, rate), rate, 397); got != nil {
		t.Errorf("bursts in silence: %v", got)
	}
}

// Someone talks over the tone; here the talk is noise at the tone's own level.
func TestFindBurstsUnderNoise(t *testing.T) {
	const rate = 8000
	random := rand.New(rand.NewPCG(5, 6))
	pcm := make([]int16, 2*rate)
	copy(pcm[rate/2:], sine(200*8, rate, 397, 2542, 0))
	for i := range pcm {
		pcm[i] += int16(random.NormFloat64() * 600)
	}
	got := FindBursts(pcm, rate, 397)
	if len(got) != 1 || abs(got[0].StartMS-500) > 6 || abs(got[0].EndMS-700) > 6 {
		t.Errorf("bursts %v, want one at 500 to 700", got)
	}
}

func abs(n int) int { return max(n, -n) }
