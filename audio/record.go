package audio

import (
	"errors"
	"sync"
	"time"

	"star18/audio/wav"
)

// Choices of the recorder.
const (
	// recordQueue is how long the disk may hang before sound is missing from
	// the recording.
	recordQueue = 5 * time.Second
	// recordPeriod is how often the queues go to disk.
	recordPeriod = 100 * time.Millisecond
	// recordSkew is how far one direction may lag behind the other before it is
	// taken as stopped and recorded as silence.
	recordSkew = 200 * time.Millisecond
)

// Record is d, and keeps both directions in a stereo WAV file: left what was
// captured, right what was played. A recording that fails never disturbs the
// call; Close tells.
//
//	ReadFrame  > left queue  \
//	                           > one goroutine, interleaved > file
//	WriteFrame > right queue /
func Record(d Device, path string) (Device, error) {
	file, err := wav.Create(path, d.Rate(), 2)
	if err != nil {
		return nil, err
	}
	r := &recorder{Device: d, file: file, stop: make(chan struct{})}
	r.left.init(samplesIn(recordQueue, d.Rate()))
	r.right.init(samplesIn(recordQueue, d.Rate()))
	r.writer.Go(r.run)
	return r, nil
}

type recorder struct {
	Device
	left, right recordSide

	file   *wav.Writer // of the writer goroutine
	pairs  []int16
	failed error

	closing  sync.Once
	stop     chan struct{}
	writer   sync.WaitGroup
	closeErr error
}

func (r *recorder) ReadFrame(pcm []int16) error {
	err := r.Device.ReadFrame(pcm)
	if err == nil {
		r.left.push(pcm)
	}
	return err
}

func (r *recorder) WriteFrame(pcm []int16) error {
	err := r.Device.WriteFrame(pcm)
	if err == nil {
		r.right.push(pcm)
	}
	return err
}

func (r *recorder) Close() error {
	r.closing.Do(func() {
		err := r.Device.Close()
		close(r.stop)
		r.writer.Wait()
		r.closeErr = errors.Join(err, r.failed, r.file.Close())
	})
	return r.closeErr
}

func (r *recorder) run() {
	ticker := time.NewTicker(recordPeriod)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			r.flush(samplesIn(recordSkew, r.Rate()))
		case <-r.stop:
			r.flush(0)
			return
		}
	}
}

// flush writes what both directions have, or, when one lags by more than skew,
// all that the other has.
func (r *recorder) flush(skew int) {
	left, right := r.left.drain(), r.right.drain()
	n := min(len(left), len(right))
	if longest := max(len(left), len(right)); longest-n > skew {
		n = longest
	}
	r.pairs = r.pairs[:0]
	for i := range n {
		r.pairs = append(r.pairs, sampleAt(left, i), sampleAt(right, i))
	}
	r.left.done(n)
	r.right.done(n)
	if r.failed == nil {
		r.failed = r.file.Write(r.pairs)
	}
}

// sampleAt is silence beyond the end.
func sampleAt(pcm []int16, i int) int16 {
	if i < len(pcm) {
		return pcm[i]
	}
	return 0
}

// recordSide carries one direction from its goroutine to the writer's.
type recordSide struct {
	mu      sync.Mutex
	queue   []int16 // pushed and not yet drained
	missing int     // samples that found the queue full, after it
	waiting []int16 // drained and not yet written; of the writer
}

func (s *recordSide) init(limit int) { s.queue = make([]int16, 0, limit) }

// push does not allocate and never waits for the disk.
func (s *recordSide) push(pcm []int16) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.missing > 0 || len(s.queue)+len(pcm) > cap(s.queue) {
		s.missing += len(pcm)
		return
	}
	s.queue = append(s.queue, pcm...)
}

// drain returns all that waits. Sound that found no room becomes silence, so
// both directions keep their place in time.
func (s *recordSide) drain() []int16 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = append(s.waiting, s.queue...)
	s.waiting = append(s.waiting, make([]int16, s.missing)...)
	s.queue, s.missing = s.queue[:0], 0
	return s.waiting
}

// done forgets the first n samples drained.
func (s *recordSide) done(n int) {
	n = min(n, len(s.waiting))
	s.waiting = s.waiting[:copy(s.waiting, s.waiting[n:])]
}
