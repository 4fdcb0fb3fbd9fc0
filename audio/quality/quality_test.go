package quality

import (
	"math"
	"testing"
	"time"
)

const ms = time.Millisecond

// G.107 section 7.7: with all parameters at their defaults R is 93.2, and annex B
// makes that an opinion of 4.41.
func TestDefaultRating(t *testing.T) {
	if r := (Path{}).R(); math.Round(r*10)/10 != 93.2 {
		t.Errorf("R is %.3f, want 93.2", r)
	}
	if m := (Path{}).MOS(); math.Round(m*100)/100 != 4.41 {
		t.Errorf("MOS is %.3f, want 4.41", m)
	}
}

// The limits of user satisfaction of G.107 table B.1.
func TestOpinions(t *testing.T) {
	for r, want := range map[float64]float64{90: 4.34, 80: 4.03, 70: 3.60, 60: 3.10, 50: 2.58, 0: 1, -5: 1, 100: 4.5, 120: 4.5} {
		if got := MOS(r); math.Abs(got-want) > 0.0065 {
			t.Errorf("R %.0f is an opinion of %.3f, want %.2f", r, got, want)
		}
	}
}

// The oracle is the straight lines that R. Cole and J. Rosenbluth fitted to the
// same model (Voice over IP performance monitoring, 2001): 0.024 a millisecond,
// and 0.11 more beyond 177.3 ms. It holds for the delays that a conversation bears.
func TestDelay(t *testing.T) {
	last := Best + 1
	for d := time.Duration(0); d <= 350*ms; d += 10 * ms {
		r := Path{Delay: d}.R()
		x := float64(d / ms)
		if fit := Best - 0.024*x - 0.11*max(0, x-177.3); math.Abs(r-fit) > 2.5 {
			t.Errorf("%v: R %.2f, the fit has %.2f", d, r, fit)
		}
		if r > last {
			t.Errorf("%v is better than less", d)
		}
		last = r
	}
	if r := (Path{Delay: 10 * time.Second}).R(); r < 0 || r > 50 {
		t.Errorf("ten seconds are rated %.1f", r)
	}
}

// Idd by hand: X is 0 at 100 ms, 1 at 200 ms, 2 at 400 ms.
func TestAbsoluteDelay(t *testing.T) {
	for delay, want := range map[float64]float64{50: 0, 100: 0, 200: 3.04, 400: 24.08} {
		if got := absoluteDelay(delay); math.Abs(got-want) > 0.05 {
			t.Errorf("%.0f ms cost %.3f, want %.2f", delay, got, want)
		}
	}
}

// Ie,eff by hand from the tables of G.113 appendix I: G.711 with concealment has
// Ie 0 and Bpl 25.1, G.729A 11 and 19.0, G.723.1 at 6.3 kbit/s 15 and 16.1.
func TestEquipment(t *testing.T) {
	g711, g729a, g7231 := Codec("PCMU"), Impairment{11, 19.0}, Impairment{15, 16.1}
	for _, tt := range []struct {
		name        string
		i           Impairment
		loss, burst float64
		want        float64
	}{
		{"G.711", g711, 0, 1, 0},
		{"G.711, 1 %", g711, .01, 1, 3.64},
		{"G.711, 5 %", g711, .05, 1, 15.78},
		{"G.711, 5 % in bursts of 2", g711, .05, 2, 17.21},
		{"G.729A", g729a, 0, 1, 11},
		{"G.729A, 2 %", g729a, .02, 1, 19},
		{"G.723.1, 3 %", g7231, .03, 1, 27.57},
		{"G.726-32", Codec("g726-32"), 0, 1, 7},
		{"everything lost", g711, 1, 1, 75.94},
		{"nonsense", Impairment{}, 7, 0, 75.94},
	} {
		if got := (Path{Codec: tt.i, Loss: tt.loss, Burst: tt.burst}).equipment(); math.Abs(got-tt.want) > 0.01 {
			t.Errorf("%s: %.2f, want %.2f", tt.name, got, tt.want)
		}
	}
	if Codec("unknown") != g711 || Codec("AAL2-G726-32") != Codec("G726-32") || Codec("opus").Ie != 0 {
		t.Error("a name is not known")
	}
}

func TestBurstRatio(t *testing.T) {
	for _, tt := range []struct {
		lost, runs, packets uint64
		want                float64
	}{
		{0, 0, 100, 1}, {10, 10, 1000, 1}, {10, 5, 1000, 1.98}, {50, 10, 1000, 4.75}, {10, 10, 10, 1}, {3, 2, 0, 1},
	} {
		if got := BurstRatio(tt.lost, tt.runs, tt.packets); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%d in %d runs of %d: %v, want %v", tt.lost, tt.runs, tt.packets, got, tt.want)
		}
	}
}
