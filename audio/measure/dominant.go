package measure

// Limits of the search for the dominant frequency.
const (
	lowestHz      = 20.0
	longestWindow = 4096 // samples looked at; more makes it slower, not better
)

// Dominant is the strongest frequency in hertz, or 0 if there is only silence.
func Dominant(pcm []int16, rate int) float64 {
	if len(pcm) > longestWindow {
		middle := (len(pcm) - longestWindow) / 2
		pcm = pcm[middle : middle+longestWindow]
	}
	if Level(pcm) <= Silence {
		return 0
	}
	bin := float64(rate) / float64(max(1, len(pcm)))
	best, peak := 0.0, -1.0
	for hz := lowestHz; hz < float64(rate)/2; hz += bin / 2 {
		if a := Amplitude(pcm, rate, hz); a > peak {
			best, peak = hz, a
		}
	}
	return refine(pcm, rate, best-bin, best+bin)
}

// refine narrows a single peak by thirds, to a hundredth of a hertz.
func refine(pcm []int16, rate int, low, high float64) float64 {
	for high-low > 0.01 {
		third := (high - low) / 3
		if Amplitude(pcm, rate, low+third) < Amplitude(pcm, rate, high-third) {
			low += third
		} else {
			high -= third
		}
	}
	return (low + high) / 2
}
