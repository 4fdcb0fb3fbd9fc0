package audio

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// cures, the worst first.
var cures = []struct {
	name string
	cure cure
}{
	{"silence", silence},
	{"repetition", repetition},
	{"G.711 appendix I", byAppendixI},
	{"ours, one side", oneSided},
	{"ours, both sides", twoSided},
}

// On the synthetic voice, whose periods repeat better than real ones and so
// favour appendix I, ours is still no further from the original wave than that,
// 1.2 dB nearer where the packet after the gap is known, and nearer in the
// spectrum. Appendix I is nearer than repetition. Silence, whose ratio is 0 dB by
// definition and so beats any guess of a wrong phase, is worst by far in the
// spectrum. The figures are means over five patterns of loss.
func TestConcealmentBeatsAppendixI(t *testing.T) {
	const packet, rate = 160, 8000
	pcm := voice(rate, 60, 118, 21)
	total := make([]score, len(cures))
	for seed := range uint64(5) {
		lost := bursts(len(pcm)/packet, 0.05, 2, 100+seed)
		for i, c := range cures {
			s := compare(pcm, c.cure(pcm, lost, packet, rate), lost, packet, rate)
			total[i].snr += s.snr / 5
			total[i].distance += s.distance / 5
		}
	}
	for i, c := range cures {
		t.Logf("%-18s %6.2f dB, spectrum off by %5.2f dB", c.name, total[i].snr, total[i].distance)
	}
	silent, repeated, appendix, one, two := total[0], total[1], total[2], total[3], total[4]
	for _, claim := range []struct {
		what   string
		margin float64
		least  float64
	}{
		{"appendix I over repetition", appendix.snr - repeated.snr, 0.5},
		{"one side over appendix I", one.snr - appendix.snr, 0.05},
		{"both sides over appendix I", two.snr - appendix.snr, 1.2},
		{"one side over silence", one.snr - silent.snr, 0.5},
		{"repetition over silence, in the spectrum", silent.distance - repeated.distance, 10},
		{"one side over silence, in the spectrum", silent.distance - one.distance, 10},
		{"one side over appendix I, in the spectrum", appendix.distance - one.distance, 0.5},
		{"both sides over appendix I, in the spectrum", appendix.distance - two.distance, 0.5},
	} {
		if claim.margin < claim.least {
			t.Errorf("%s: %.2f dB, want %.2f", claim.what, claim.margin, claim.least)
		}
	}
}

// A tone goes on through a lost packet as if nothing had happened, at any rate,
// whether its other side is known or not: the oracle is the tone itself.
func TestConcealmentOfATone(t *testing.T) {
	for _, rate := range []int{8000, 16000, 48000} {
		for _, hz := range []float64{200, 440, 1004} {
			t.Run(fmt.Sprintf("%v Hz at %d", hz, rate), func(t *testing.T) {
				packet := rate / 50
				pcm := make([]int16, 10*packet)
				for i := range pcm {
					pcm[i] = clip(10000 * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
				}
				lost := make([]bool, 10)
				lost[6] = true
				for _, c := range cures[3:] {
					s := compare(pcm, c.cure(pcm, lost, packet, rate), lost, packet, rate)
					if s.snr < 20 {
						t.Errorf("%s: %.1f dB", c.name, s.snr)
					}
				}
			})
		}
	}
}

// Noise goes on as noise: about as loud, and with no tone in it, which is what
// the repetition of a piece of noise would be.
func TestConcealmentOfNoise(t *testing.T) {
	const packet = 160
	random := rand.New(rand.NewPCG(4, 4))
	pcm := make([]int16, 400*packet)
	for i := range pcm {
		pcm[i] = clip(2000 * random.NormFloat64())
	}
	lost := make([]bool, 400)
	for i := 10; i < len(lost); i += 5 {
		lost[i] = true
	}
	for _, c := range cures[3:] {
		var gaps []int16
		heard := c.cure(pcm, lost, packet, 8000)
		for i := range lost {
			if lost[i] {
				gaps = append(gaps, heard[i*packet:(i+1)*packet]...)
			}
		}
		rms := rootMeanSquare(gaps)
		t.Logf("%s: RMS %.0f of 2000", c.name, rms)
		if rms < 1000 || rms > 2000 {
			t.Errorf("%s: RMS %.0f, the noise has 2000", c.name, rms)
		}
		if again := periodicity(gaps, packet); again > 0.35 {
			t.Errorf("%s: a correlation of %.2f with itself inside of a gap", c.name, again)
		}
	}
}

// periodicity is the mean over all gaps of the highest correlation with what was
// 2.5 to 10 ms before.
func periodicity(gaps []int16, packet int) float64 {
	sum := 0.0
	for at := 0; at < len(gaps); at += packet {
		best := 0.0
		for lag := 20; lag <= 80; lag++ {
			best = max(best, likeness(gaps[at+80:at+packet], gaps[at+80-lag:at+packet-lag]))
		}
		sum += best
	}
	return sum / float64(len(gaps)/packet)
}

func rootMeanSquare(pcm []int16) float64 {
	sum := 0.0
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / float64(max(1, len(pcm))))
}

// What goes in and out of a gap has no step that the voice itself does not have:
// the second difference, at the ends of gaps, stays under its peak in the voice.
func TestConcealmentDoesNotClick(t *testing.T) {
	const packet = 160
	pcm := voice(8000, 30, 118, 22)
	lost := bursts(len(pcm)/packet, 0.05, 2.5, 9)
	own := steepest(pcm)
	for _, c := range cures[3:] {
		if heard := steepest(c.cure(pcm, lost, packet, 8000)); heard > 1.05*own {
			t.Errorf("%s: second difference of %.0f, the voice has up to %.0f", c.name, heard, own)
		}
	}
}

func steepest(pcm []int16) (most float64) {
	for i := 2; i < len(pcm); i++ {
		most = max(most, math.Abs(float64(pcm[i])-2*float64(pcm[i-1])+float64(pcm[i-2])))
	}
	return most
}

// When speech stops for long, the noise that was behind it goes on, as loud and
// as dark as it was, and nothing else is heard from 60 ms on. It does not go on
// for ever.
func TestLongGapFadesIntoTheBackground(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 6))
	pcm := voice(8000, 6, 118, 23)
	last := 0.0
	for i := range pcm {
		last = 0.8*last + 24*random.NormFloat64()
		pcm[i] += clip(last)
	}
	const rms = 24 / 0.6
	c := newConcealer(8000)
	for at := 0; at+160 <= len(pcm); at += 160 {
		c.heard(pcm[at : at+160])
		c.past.add(pcm[at : at+160])
	}
	gap := make([]int16, 8000)
	if audible := c.fill(gap); audible != 480 {
		t.Errorf("%d samples count as speech, want those of 60 ms", audible)
	}
	rest := gap[480:]
	if got := rootMeanSquare(rest); got < rms/1.5 || got > rms*1.5 {
		t.Errorf("noise of RMS %.1f, the background had %.1f", got, rms)
	}
	if got := likeness(rest[1:], rest[:len(rest)-1]); got < 0.65 || got > 0.92 {
		t.Errorf("neighbours correlate by %.2f, in the background by 0.8", got)
	}
	for range 12 * 50 {
		c.fill(gap[:160])
	}
	if got := rootMeanSquare(gap[:160]); got > 1 {
		t.Errorf("RMS %.1f still there after 13 s, of a sender that has stopped", got)
	}
}

// Extremes leave the numbers finite and the model stable: steps, full scale,
// silence, packets of odd lengths, gaps of any length.
func TestConcealmentSurvivesAnything(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for _, rate := range []int{8000, 16000, 48000} {
		c := newConcealer(rate)
		pcm := make([]int16, rate/5)
		for range 300 {
			frame := pcm[:1+random.IntN(rate/20)]
			kind := random.IntN(4)
			for i := range frame {
				frame[i] = [4]int16{0, math.MaxInt16, int16(random.Uint32()), math.MinInt16}[kind]
			}
			switch random.IntN(4) {
			case 0:
				c.fill(frame)
			case 1:
				c.bridge(frame, pcm[rate/10:rate/10+1+random.IntN(rate/20)])
			default:
				c.blend(frame)
				c.heard(frame)
			}
			c.past.add(frame)
		}
		tail := make([]int16, rate)
		c.fill(tail)
		if got := rootMeanSquare(tail[rate/2:]); got > loudestBackground {
			t.Errorf("RMS %.0f a second later", got)
		}
	}
}

func TestConcealerDoesNotAllocate(t *testing.T) {
	pcm := voice(16000, 1, 118, 24)
	c := newConcealer(16000)
	at := 0
	if n := testing.AllocsPerRun(20, func() {
		f := pcm[at%12000:][:320]
		c.heard(f)
		c.past.add(f)
		c.fill(f)
		c.past.add(f)
		c.bridge(f, pcm[12000:12320])
		c.blend(f)
		at += 320
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
