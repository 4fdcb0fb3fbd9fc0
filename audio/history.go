package audio

// history is the sound that was played last, oldest first: what is invented or
// stretched next goes on from it.
type history struct {
	pcm  []int16
	have int // samples that were really played, at most len(pcm)
}

func newHistory(samples int) history { return history{pcm: make([]int16, samples)} }

// add remembers sound as it is played.
func (h *history) add(pcm []int16) {
	h.have = min(len(h.pcm), h.have+len(pcm))
	n := len(h.pcm) - len(pcm)
	if n <= 0 {
		copy(h.pcm, pcm[-n:])
		return
	}
	copy(h.pcm, h.pcm[len(pcm):])
	copy(h.pcm[n:], pcm)
}
