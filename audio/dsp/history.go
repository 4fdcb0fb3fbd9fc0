package dsp

// history is the last samples of a stream, found by their place in it.
type history[T int16 | float32] struct {
	samples []T   // a power of two
	end     int64 // place after the newest
}

func newHistory[T int16 | float32](atLeast int) *history[T] {
	size := 1
	for size < atLeast {
		size *= 2
	}
	return &history[T]{samples: make([]T, size)}
}

func (h *history[T]) add(s ...T) {
	for _, v := range s {
		h.samples[h.end&int64(len(h.samples)-1)] = v
		h.end++
	}
}

// at fills dst with what begins at place from; what is no longer or not yet
// there is silence. It says whether all of it was there.
func (h *history[T]) at(dst []T, from int64) bool {
	whole := true
	oldest := max(0, h.end-int64(len(h.samples)))
	for i := range dst {
		p := from + int64(i)
		if p < oldest || p >= h.end {
			dst[i], whole = 0, false
			continue
		}
		dst[i] = h.samples[p&int64(len(h.samples)-1)]
	}
	return whole
}
