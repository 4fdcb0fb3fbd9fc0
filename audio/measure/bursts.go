package measure

// Burst is one sounding of a tone, in milliseconds from the start of the slice.
type Burst struct{ StartMS, EndMS int }

// Choices of the burst finder.
const (
	// windowMS is long enough to tell the two tones of the secure call
	// indication apart (110 Hz are 2.75 periods of 25 ms, outside the main lobe
	// of a Hann window), and short enough to see its gap of 100 ms.
	windowMS = 25
	// quietest is the least level that counts as a tone at all.
	quietest = -50.0
)

// FindBursts lists when a frequency sounds. A tone begins and ends where its
// amplitude within the window crosses half of its greatest: the window is then
// half full of it, whatever its length.
func FindBursts(pcm []int16, rate int, hz float64) []Burst {
	levels := amplitudes(pcm, rate, hz)
	top := 0.0
	for _, a := range levels {
		top = max(top, a)
	}
	if decibels(top/peakOfZeroLevel) < quietest {
		return nil
	}
	return crossings(levels, top/2)
}

const peakOfZeroLevel = 22651

// amplitudes measures once a millisecond, the window centred there. Outside
// the slice is silence.
func amplitudes(pcm []int16, rate int, hz float64) []float64 {
	half := windowMS * rate / 2000
	padded := make([]int16, len(pcm)+2*half)
	copy(padded[half:], pcm)
	list := make([]float64, len(pcm)*1000/rate+1)
	for ms := range list {
		at := min(ms*rate/1000, len(pcm))
		list[ms] = Amplitude(padded[at:at+2*half], rate, hz)
	}
	return list
}

func crossings(levels []float64, threshold float64) []Burst {
	var list []Burst
	start := -1
	for ms, a := range append(levels, 0) {
		switch {
		case a >= threshold && start < 0:
			start = ms
		case a < threshold && start >= 0:
			list = append(list, Burst{start, ms})
			start = -1
		}
	}
	return list
}
