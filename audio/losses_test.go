package audio

import (
	"math"
	"math/rand/v2"
)

// bursts says which of n packets are lost, after Gilbert and Elliott: a share of
// them, in bursts of that mean length.
func bursts(n int, share, length float64, seed uint64) []bool {
	random := rand.New(rand.NewPCG(seed, 99))
	leave := 1 / length
	enter := share * leave / (1 - share)
	lost, bad := make([]bool, n), false
	for i := range lost {
		if bad {
			bad = random.Float64() >= leave
		} else {
			bad = random.Float64() < enter
		}
		lost[i] = bad
	}
	return lost
}

// A cure makes the sound that is heard of one whose packets were lost. What was
// lost stands in pcm still; a cure does not look at it.
type cure func(pcm []int16, lost []bool, packet, rate int) []int16

func silence(pcm []int16, lost []bool, packet, _ int) []int16 {
	heard := append([]int16(nil), pcm...)
	for i := range lost {
		if lost[i] {
			clear(heard[i*packet : (i+1)*packet])
		}
	}
	return heard
}

func repetition(pcm []int16, lost []bool, packet, _ int) []int16 {
	heard := append([]int16(nil), pcm...)
	for i := 1; i < len(lost); i++ {
		if lost[i] {
			copy(heard[i*packet:(i+1)*packet], heard[(i-1)*packet:i*packet])
		}
	}
	return heard
}

func byAppendixI(pcm []int16, lost []bool, packet, _ int) []int16 {
	var a appendixI
	var heard []int16
	for at := 0; at+appendixFrame <= len(lost)*packet; at += appendixFrame {
		frame := pcm[at : at+appendixFrame]
		if lost[at/packet] {
			frame = nil
		}
		for _, v := range a.frame(frame) {
			heard = append(heard, clip(v))
		}
	}
	for _, v := range a.frame(make([]int16, appendixFrame)) {
		heard = append(heard, clip(v))
	}
	return heard[appendixDelay:][:len(lost)*packet]
}

// oneSided is our concealment when the packet after the gap is not there in time.
func oneSided(pcm []int16, lost []bool, packet, rate int) []int16 {
	return concealed(pcm, lost, packet, rate, false)
}

// twoSided is that when it waits in the jitter buffer.
func twoSided(pcm []int16, lost []bool, packet, rate int) []int16 {
	return concealed(pcm, lost, packet, rate, true)
}

func concealed(pcm []int16, lost []bool, packet, rate int, ahead bool) []int16 {
	heard := append([]int16(nil), pcm...)
	c := newConcealer(rate)
	for i := range lost {
		frame := heard[i*packet : (i+1)*packet]
		known := ahead && i+1 < len(lost) && !lost[i+1]
		switch {
		case !lost[i]:
			c.blend(frame)
			c.heard(frame)
		case !known || !c.bridge(frame, pcm[(i+1)*packet:(i+2)*packet]):
			c.fill(frame)
		}
		c.past.add(frame)
	}
	return heard
}

// score compares the lost packets that had speech in them (above -44 dBm0) with
// what was heard in their stead.
type score struct {
	snr      float64 // segmental, in dB, each packet held to -10 to 35
	distance float64 // of the spectra, in dB: what the ear hears when phases are lost
	packets  int
}

func compare(pcm, heard []int16, lost []bool, packet, rate int) (s score) {
	for i := range lost {
		was, is := pcm[i*packet:(i+1)*packet], heard[i*packet:(i+1)*packet]
		var sound, fault float64
		for k, v := range was {
			sound += float64(v) * float64(v)
			fault += (float64(v) - float64(is[k])) * (float64(v) - float64(is[k]))
		}
		if !lost[i] || sound < 100*100*float64(packet) {
			continue
		}
		s.snr += min(35, max(-10, 10*math.Log10(sound/max(fault, 1))))
		s.distance += spectralDistance(was, is, rate)
		s.packets++
	}
	s.snr /= float64(max(1, s.packets))
	s.distance /= float64(max(1, s.packets))
	return s
}

// spectralDistance is the RMS difference of the levels in bands of 200 Hz from
// 100 to 3500 Hz, down to the level of one unit.
func spectralDistance(a, b []int16, rate int) float64 {
	sum, bands := 0.0, 0
	for hz := 100.0; hz < 3500; hz += 200 {
		d := bandLevel(a, hz, rate) - bandLevel(b, hz, rate)
		sum += d * d
		bands++
	}
	return math.Sqrt(sum / float64(bands))
}

func bandLevel(pcm []int16, from float64, rate int) float64 {
	power := 0.0
	for hz := from + 25; hz < from+200; hz += 50 {
		w := 2 * math.Pi * hz / float64(rate)
		c, x, y := 2*math.Cos(w), 0.0, 0.0
		for i, v := range pcm {
			hann := 0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/float64(len(pcm)))
			x, y = float64(v)*hann+c*x-y, x
		}
		power += x*x + y*y - c*x*y
	}
	return 10 * math.Log10(power/float64(len(pcm))+1)
}
