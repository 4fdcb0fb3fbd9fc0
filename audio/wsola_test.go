package audio

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// stretched plays a sound in packets, some of them in more time and some pairs
// in less, as a playout does, and says by how many samples at most the length
// was ever off from what was asked.
func stretched(pcm []int16, rate, packet int, seed uint64) (played []int16, off int) {
	random := rand.New(rand.NewPCG(seed, 1))
	w := newWarper(rate, samplesIn(warpPast, rate)+2*packet)
	past := newHistory(samplesIn(warpPast, rate))
	out, owed := make([]int16, 4*packet+rate), 0
	for at := 0; at+2*packet <= len(pcm); {
		take, extra := 1, 0
		switch random.IntN(5) {
		case 0:
			extra = packet
		case 1:
			take, extra = 2, -packet
		}
		work := append(append([]int16(nil), past.pcm...), pcm[at:at+take*packet]...)
		n := copy(out, pcm[at:at+packet])
		if extra != 0 {
			n = w.warp(out, work, len(past.pcm), extra-owed)
			owed += n - take*packet - extra
			if off = max(off, owed); owed < 0 {
				return nil, owed
			}
		}
		at += take * packet
		played = append(played, out[:n]...)
		past.add(out[:n])
	}
	return played, off
}

// A sine, spliced at random, stays that sine: the recurrence y(n) = 2cos(w)
// y(n-1) - y(n-2) that every sine of its frequency obeys, whatever its phase,
// leaves next to nothing, and the second difference never leaps. The length is
// never too short, nor too long by more than the longest period.
func TestWarpKeepsASine(t *testing.T) {
	for _, rate := range []int{8000, 16000, 48000} {
		for _, hz := range []float64{95, 200, 440, 1004, 1600} {
			for _, packet := range []int{rate / 100, rate / 50, rate * 3 / 100, rate * 6 / 100} {
				t.Run(fmt.Sprintf("%v Hz at %d, packets of %d", hz, rate, packet), func(t *testing.T) {
					pcm := make([]int16, 2*rate)
					for i := range pcm {
						pcm[i] = clip(10000 * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
					}
					played, off := stretched(pcm, rate, packet, 5)
					w := 2 * math.Pi * hz / float64(rate)
					var jump, residue float64
					for i := 2; i < len(played); i++ {
						a, b, c := float64(played[i]), float64(played[i-1]), float64(played[i-2])
						jump = max(jump, math.Abs(a-2*b+c))
						residue = max(residue, math.Abs(a-2*math.Cos(w)*b+c))
					}
					own := 10000 * w * w
					if jump > 1.15*own+4 {
						t.Errorf("the second difference is up to %.0f, the sine's own %.0f", jump, own)
					}
					if residue > 0.08*own+8 {
						t.Errorf("up to %.1f is not of the sine, whose second difference is %.0f", residue, own)
					}
					if off < 0 || off > 2*samplesIn(warpReach, rate)+1 {
						t.Errorf("%d samples off", off)
					}
				})
			}
		}
	}
}

// A steady vowel keeps its period to the sample: what the comb filter of that
// period leaves is far below the vowel. Shifted by a few samples anywhere, it
// would leave as much as there was.
func TestWarpKeepsTheHarmonics(t *testing.T) {
	for _, period := range []int{40, 57, 72, 100} {
		vowel := make([]int16, 16000)
		var mouth [4]resonator
		for i := range vowel {
			var v float64
			for k := range mouth {
				v += loudness[k] * mouth[k].step(pulse(float64(i%period)/float64(period)), alphabet[0].formants[k], 8000)
			}
			vowel[i] = clip(20000 * v)
		}
		played, _ := stretched(vowel[800:], 8000, 160, 6)
		var sound, rest float64
		for i := period; i < len(played); i++ {
			a, b := float64(played[i]), float64(played[i-period])
			sound += a * a
			rest += (a - b) * (a - b)
		}
		if db := 10 * math.Log10(rest/sound); db > -30 {
			t.Errorf("period of %d samples: %.1f dB lie between the harmonics", period, db)
		}
	}
}

// Noise stays noise: as loud as before at every splice, no tone in it, and in
// exactly the time that was asked for, as there is no period to keep to.
func TestWarpKeepsNoise(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	pcm := make([]int16, 8000*8)
	for i := range pcm {
		pcm[i] = clip(2000 * random.NormFloat64())
	}
	played, off := stretched(pcm, 8000, 160, 7)
	if off != 0 {
		t.Errorf("the length of noise is off by %d samples", off)
	}
	if was, is := loudest(pcm), loudest(played); is > was+1.5 {
		t.Errorf("a tone stands %.1f dB above the noise, %.1f before", is, was)
	}
	var low, high float64 = math.Inf(1), 0
	for at := 0; at+800 <= len(played); at += 800 {
		var power float64
		for _, v := range played[at : at+800] {
			power += float64(v) * float64(v) / 800
		}
		low, high = min(low, math.Sqrt(power)), max(high, math.Sqrt(power))
	}
	if low < 0.85*2000 || high > 1.15*2000 {
		t.Errorf("100 ms have an RMS of %.0f to %.0f, want 2000", low, high)
	}
}

// loudest is how far the strongest of the lines every 8 Hz lies above their
// mean, in dB, averaged over stretches of an eighth of a second.
func loudest(pcm []int16) float64 {
	const size = 1000
	power := make([]float64, size/2-10)
	for at := 0; at+size <= len(pcm); at += size {
		for k := range power {
			w := 2 * math.Pi * float64(k+5) / size
			c, a, b := 2*math.Cos(w), 0.0, 0.0
			for _, v := range pcm[at : at+size] {
				a, b = float64(v)+c*a-b, a
			}
			power[k] += a*a + b*b - c*a*b
		}
	}
	var sum, top float64
	for _, p := range power {
		sum += p
		top = max(top, p)
	}
	return 10 * math.Log10(top*float64(len(power))/sum)
}

func TestWarpDoesNotAllocate(t *testing.T) {
	pcm := voice(48000, 0.1, 110, 1)
	w, out := newWarper(48000, len(pcm)), make([]int16, 2*len(pcm))
	for _, extra := range []int{960, -960} {
		if n := testing.AllocsPerRun(100, func() { w.warp(out, pcm, 1920, extra) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	}
}

func BenchmarkWarp48k(b *testing.B) {
	pcm := voice(48000, 0.06, 110, 1)
	w, out := newWarper(48000, len(pcm)), make([]int16, 2*len(pcm))
	for b.Loop() {
		w.warp(out, pcm, 1920, 960)
	}
}
