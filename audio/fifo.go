package audio

import "sync"

// fifo carries samples between two goroutines of different frame sizes. Its
// lock is held for copies only, and nothing is allocated once it exists.
type fifo struct {
	mu    sync.Mutex
	pcm   []int16
	used  int
	moved chan struct{} // something was put in or taken out
}

func newFifo(samples int) *fifo {
	return &fifo{pcm: make([]int16, samples), moved: make(chan struct{}, 1)}
}

// put adds pcm. What would make more than limit samples wait drops the oldest:
// late sound is worth less than delay for the rest of the call.
func (f *fifo) put(pcm []int16, limit int) {
	f.mu.Lock()
	limit = min(limit, len(f.pcm))
	pcm = pcm[max(0, len(pcm)-limit):]
	if excess := f.used + len(pcm) - limit; excess > 0 {
		f.drop(excess)
	}
	f.used += copy(f.pcm[f.used:], pcm)
	f.mu.Unlock()
	f.signal()
}

// take fills dst, with silence where there is not enough.
func (f *fifo) take(dst []int16) {
	f.mu.Lock()
	n := copy(dst, f.pcm[:f.used])
	f.drop(n)
	f.mu.Unlock()
	clear(dst[n:])
	f.signal()
}

func (f *fifo) drop(n int) { f.used = copy(f.pcm, f.pcm[n:f.used]) }

func (f *fifo) level() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.used
}

func (f *fifo) signal() {
	select {
	case f.moved <- struct{}{}:
	default:
	}
}

// await returns when ready says so of the number of samples that wait, or with
// ErrClosed when one of the channels closes. One goroutine waits at a time.
func (f *fifo) await(ready func(level int) bool, closed, stopped <-chan struct{}) error {
	for !ready(f.level()) {
		select {
		case <-f.moved:
		case <-closed:
			return ErrClosed
		case <-stopped:
			return ErrClosed
		}
	}
	return nil
}
