package portaudio

import "sync/atomic"

// ring carries samples from one goroutine to one other without a lock. The
// writer owns tail, the reader owns head; both only grow, and each is stored
// after the samples it speaks of.
type ring struct {
	samples []int16 // a power of two
	head    atomic.Uint64
	tail    atomic.Uint64
}

func newRing(atLeast int) *ring {
	size := 1
	for size < atLeast {
		size *= 2
	}
	return &ring{samples: make([]int16, size)}
}

func (r *ring) len() int  { return int(r.tail.Load() - r.head.Load()) }
func (r *ring) free() int { return len(r.samples) - r.len() }

// write takes every stride-th sample of pcm, the first channel of interleaved
// sound, as far as there is room, and says how many it took.
func (r *ring) write(pcm []int16, stride int) int {
	n := min(r.free(), len(pcm)/stride)
	tail := r.tail.Load()
	for i := range n {
		r.samples[(tail+uint64(i))&uint64(len(r.samples)-1)] = pcm[i*stride]
	}
	r.tail.Store(tail + uint64(n))
	return n
}

// read fills every channel of pcm with the same samples, as far as there are
// any, and says how many it took.
func (r *ring) read(pcm []int16, channels int) int {
	n := min(r.len(), len(pcm)/channels)
	head := r.head.Load()
	for i := range n {
		s := r.samples[(head+uint64(i))&uint64(len(r.samples)-1)]
		for c := range channels {
			pcm[i*channels+c] = s
		}
	}
	r.head.Store(head + uint64(n))
	return n
}

// discard drops the oldest n samples; only the reader may.
func (r *ring) discard(n int) { r.head.Add(uint64(min(n, r.len()))) }
