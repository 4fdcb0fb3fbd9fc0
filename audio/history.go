package audio

// history is the sound that was played last, oldest first: what is invented or
// stretched next goes on from it.
type history struct{ pcm []int16 }

func newHistory(samples int) history { return history{make([]int16, samples)} }

// add remembers sound as it is played.
func (h *history) add(pcm []int16) {
	n := len(h.pcm) - len(pcm)
	if n <= 0 {
		copy(h.pcm, pcm[-n:])
		return
	}
	copy(h.pcm, h.pcm[len(pcm):])
	copy(h.pcm[n:], pcm)
}
