package audio

import (
	"fmt"
	"testing"

	"star18/audio/measure/speech"
)

// BenchmarkConcealment prints the segmental signal-to-noise ratio of what is
// heard in the place of lost packets, and how far its spectrum is off. Losses
// come in bursts of 2.5 packets of 20 ms on average, seeds 1 to 3 of each rate.
func BenchmarkConcealment(b *testing.B) {
	sounds := []struct {
		name string
		rate int
		pcm  []int16
	}{
		{"recorded speech, 8 kHz", 8000, speech.Recorded(8000, 120)},
		{"synthetic voice, 8 kHz", 8000, voice(8000, 120, 118, 1)},
		{"synthetic voice, 16 kHz", 16000, voice(16000, 60, 118, 1)},
	}
	if b.N > 1 {
		return // printed in the first run
	}
	for _, s := range sounds {
		if len(s.pcm) == 0 {
			fmt.Printf("\n%s: none here; install asterisk-core-sounds-en-wav\n", s.name)
			continue
		}
		concealmentTable(s.name, s.pcm, s.rate)
	}
}

func concealmentTable(name string, pcm []int16, rate int) {
	packet := rate / 50
	fmt.Printf("\n%s, %d s\n%-20s", name, len(pcm)/rate, "SNR / spectrum, dB")
	shares := []float64{0.01, 0.03, 0.05, 0.10}
	for _, share := range shares {
		fmt.Printf("%15.0f %%", 100*share)
	}
	for _, c := range cures {
		if c.name == "G.711 appendix I" && rate != 8000 {
			continue
		}
		fmt.Printf("\n%-20s", c.name)
		for _, share := range shares {
			var mean score
			for seed := range uint64(3) {
				lost := bursts(len(pcm)/packet, share, 2.5, 1+seed)
				s := compare(pcm, c.cure(pcm, lost, packet, rate), lost, packet, rate)
				mean.snr += s.snr / 3
				mean.distance += s.distance / 3
			}
			fmt.Printf("%9.2f /%6.2f", mean.snr, mean.distance)
		}
	}
	fmt.Println()
}

func benchmarkGap(b *testing.B, rate int, both bool) {
	pcm, c := voice(rate, 1, 118, 1), newConcealer(rate)
	c.heard(pcm[:rate/50])
	c.past.add(pcm[:rate/2])
	frame, after := make([]int16, rate/50), pcm[rate/2+rate/50:][:rate/50]
	b.ReportAllocs()
	for b.Loop() {
		if both {
			c.bridge(frame, after)
		} else {
			c.fill(frame)
		}
		c.at = 0
	}
}

func BenchmarkConcealOneSide8k(b *testing.B)    { benchmarkGap(b, 8000, false) }
func BenchmarkConcealBothSides8k(b *testing.B)  { benchmarkGap(b, 8000, true) }
func BenchmarkConcealOneSide16k(b *testing.B)   { benchmarkGap(b, 16000, false) }
func BenchmarkConcealBothSides16k(b *testing.B) { benchmarkGap(b, 16000, true) }
func BenchmarkConcealOneSide48k(b *testing.B)   { benchmarkGap(b, 48000, false) }
func BenchmarkConcealBothSides48k(b *testing.B) { benchmarkGap(b, 48000, true) }
