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
	// recordIdle is how long one direction may say nothing before it is taken as
	// stopped and recorded as silence.
	recordIdle = 200 * time.Millisecond
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
	r.left.queue = make([]int16, 0, samplesIn(recordQueue, d.Rate()))
	r.right.queue = make([]int16, 0, samplesIn(recordQueue, d.Rate()))
	r.writer.Go(r.run)
	return r, nil
}

type recorder struct {
	Device
	mu          sync.Mutex // of both sides, for copies only
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
		r.push(&r.left, &r.right, pcm)
	}
	return err
}

func (r *recorder) WriteFrame(pcm []int16) error {
	err := r.Device.WriteFrame(pcm)
	if err == nil {
		r.push(&r.right, &r.left, pcm)
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
			r.flush(false)
		case <-r.stop:
			r.flush(true)
			return
		}
	}
}

// push takes a frame of one side. A side that comes back, or begins, takes its
// place in time from the other; after that each counts its own samples.
func (r *recorder) push(side, other *recordSide, pcm []int16) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if side.idle() {
		side.silence(other.end - side.end - len(pcm))
	}
	side.push(pcm)
}

// flush writes what both sides have, or, when one is idle or all is over, what
// either has.
func (r *recorder) flush(all bool) {
	r.collect(all)
	if r.failed == nil {
		r.failed = r.file.Write(r.pairs)
	}
}

// collect interleaves what is to be written.
func (r *recorder) collect(all bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	left, right := r.left.drain(), r.right.drain()
	n := min(len(left), len(right))
	if all || r.left.idle() || r.right.idle() {
		n = max(len(left), len(right))
	}
	r.pairs = r.pairs[:0]
	for i := range n {
		r.pairs = append(r.pairs, sampleAt(left, i), sampleAt(right, i))
	}
	r.left.done(n)
	r.right.done(n)
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
	queue   []int16 // pushed and not yet drained
	missing int     // samples that found the queue full, after it
	end     int     // samples from the start of the recording to the end of missing
	last    time.Time
	waiting []int16 // drained and not yet written
}

func (s *recordSide) idle() bool { return time.Since(s.last) > recordIdle }

// push does not allocate and never waits for the disk.
func (s *recordSide) push(pcm []int16) {
	s.last = time.Now()
	s.end += len(pcm)
	if s.missing > 0 || len(s.queue)+len(pcm) > cap(s.queue) {
		s.missing += len(pcm)
		return
	}
	s.queue = append(s.queue, pcm...)
}

// silence moves the side on by n samples, if that is on and not back.
func (s *recordSide) silence(n int) {
	if n <= 0 {
		return
	}
	s.end += n
	if s.missing == 0 {
		room := min(n, cap(s.queue)-len(s.queue))
		s.queue = s.queue[:len(s.queue)+room]
		clear(s.queue[len(s.queue)-room:])
		n -= room
	}
	s.missing += n
}

// drain returns all that waits. Sound that found no room becomes silence, so
// both directions keep their place in time.
func (s *recordSide) drain() []int16 {
	s.waiting = append(s.waiting, s.queue...)
	s.waiting = append(s.waiting, make([]int16, s.missing)...)
	s.queue, s.missing = s.queue[:0], 0
	return s.waiting
}

// done forgets the first n samples drained. A side that had fewer was recorded
// as silent.
func (s *recordSide) done(n int) {
	s.end += max(0, n-len(s.waiting))
	n = min(n, len(s.waiting))
	s.waiting = s.waiting[:copy(s.waiting, s.waiting[n:])]
}
