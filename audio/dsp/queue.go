package dsp

// queue holds samples between steps that move different numbers of them. It never
// grows beyond its capacity.
type queue struct{ pcm []int16 }

// newQueue begins with so many samples of silence.
func newQueue(capacity, silence int) queue {
	return queue{make([]int16, silence, capacity)}
}

// room is where more samples may be written; grow takes them in.
func (q *queue) room() []int16 { return q.pcm[len(q.pcm):cap(q.pcm)] }
func (q *queue) grow(n int)    { q.pcm = q.pcm[:len(q.pcm)+n] }

// take fills dst with the oldest samples.
func (q *queue) take(dst []int16) {
	n := copy(dst, q.pcm)
	q.pcm = q.pcm[:copy(q.pcm, q.pcm[n:])]
}
