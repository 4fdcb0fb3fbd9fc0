package dsp

import "sync/atomic"

// ring carries the loudspeaker's samples from the goroutine that writes to the
// one that reads, without a lock. The writer owns tail, the reader owns head;
// both only grow, and each is stored after the samples it speaks of.
type ring struct {
	samples []int16 // a power of two
	head    atomic.Uint64
	tail    atomic.Uint64
	broken  atomic.Bool // the stream of the writer has a gap
}

func newRing(atLeast int) *ring {
	size := 1
	for size < atLeast {
		size *= 2
	}
	return &ring{samples: make([]int16, size)}
}

// write puts pcm in. What finds no room, because nobody reads, is lost.
func (r *ring) write(pcm []int16) {
	tail := r.tail.Load()
	free := len(r.samples) - int(tail-r.head.Load())
	if len(pcm) > free {
		r.broken.Store(true)
		pcm = pcm[:free]
	}
	for i, s := range pcm {
		r.samples[(tail+uint64(i))&uint64(len(r.samples)-1)] = s
	}
	r.tail.Store(tail + uint64(len(pcm)))
}

// read takes up to len(pcm) samples and says how many.
func (r *ring) read(pcm []int16) int {
	head := r.head.Load()
	n := min(len(pcm), int(r.tail.Load()-head))
	for i := range n {
		pcm[i] = r.samples[(head+uint64(i))&uint64(len(r.samples)-1)]
	}
	r.head.Store(head + uint64(n))
	return n
}
