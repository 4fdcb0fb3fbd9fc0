package measure

import "math"

// zeroLevelRMS is the RMS of a 0 dBm0 sine.
const zeroLevelRMS = 22651 / math.Sqrt2

// Silence is the level reported when there is nothing: far below one step of
// 16-bit sound (-87 dBm0).
const Silence = -120.0

// Level is the power of the whole slice in dBm0.
func Level(pcm []int16) float64 {
	var sum float64
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	if len(pcm) == 0 {
		return Silence
	}
	return decibels(math.Sqrt(sum/float64(len(pcm))) / zeroLevelRMS)
}

// stretchMS is what LevelAt measures at a time.
const stretchMS = 100

// LevelAt is the power of one frequency in dBm0: the mean of stretches of 100 ms,
// so that a leap of its phase, as where a packet is stretched or left out, does not
// make less of it. What lies further away than two periods of a stretch is rejected
// by more than 30 dB.
func LevelAt(pcm []int16, rate int, hz float64) float64 {
	stretch := stretchMS * rate / 1000
	if len(pcm) < 2*stretch {
		return decibels(Amplitude(pcm, rate, hz) / math.Sqrt2 / zeroLevelRMS)
	}
	var power float64
	n := 2*len(pcm)/stretch - 1 // overlapped by half, the last one at the end
	for i := range n {
		at := i * (len(pcm) - stretch) / (n - 1)
		a := Amplitude(pcm[at:at+stretch], rate, hz)
		power += a * a
	}
	return decibels(math.Sqrt(power/float64(n)/2) / zeroLevelRMS)
}

// Amplitude is the peak of the sine of one frequency, which need not fit the
// slice a whole number of times: Goertzel's recurrence under a Hann window.
func Amplitude(pcm []int16, rate int, hz float64) float64 {
	if len(pcm) < 3 {
		return 0
	}
	omega := 2 * math.Pi * hz / float64(rate)
	k := 2 * math.Cos(omega)
	turn := 2 * math.Pi / float64(len(pcm))
	wc, ws := 1.0, 0.0 // the window's own rotation, cheaper than a cosine each
	sin, cos := math.Sincos(turn)
	var a, b, weight float64
	for _, s := range pcm {
		w := 0.5 - 0.5*wc
		weight += w
		a, b = float64(s)*w+k*a-b, a
		wc, ws = wc*cos-ws*sin, ws*cos+wc*sin
	}
	power := a*a + b*b - k*a*b
	return 2 * math.Sqrt(max(0, power)) / weight
}

func decibels(ratio float64) float64 {
	if ratio <= 0 {
		return Silence
	}
	return max(Silence, 20*math.Log10(ratio))
}
