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

// noticeScript is the beep that tells the other side of a recording: 1400 Hz for
// 0.2 s every 15 s, as the FCC asked of recorded telephone calls (1260 to 1540 Hz).
const noticeScript = "1400@-18;*(.2/14.8/1)"

// Recorder keeps both sides of a call in a stereo WAV file that only its owner may
// read: left what was captured, right what was played. A recording that fails never
// disturbs the call.
//
//	captured ─▶ left queue  ┐
//	                        ├─▶ one goroutine, interleaved ─▶ file
//	played ───▶ right queue ┘
type Recorder struct {
	mu          sync.Mutex // of both sides, for copies only
	left, right recordSide

	notice *Tone // nil: none; of the goroutine that captures

	file   recordFile // of the writer goroutine
	path   string
	pairs  []int16
	failed error
	faulty chan error // told once

	closing sync.Once
	stop    chan struct{}
	writer  sync.WaitGroup
}

// NewRecorder begins a file for frames of rate samples a second. A file that
// exists is left alone: the recording has a number in its name then. With notice
// the other side hears a beep now and then.
func NewRecorder(path string, rate int, notice bool) (*Recorder, error) {
	file, path, err := wav.CreateNew(path, rate, 2)
	if err != nil {
		return nil, err
	}
	r := newRecorder(file, rate)
	r.path = path
	if notice {
		script, err := ParseToneScript(noticeScript)
		if err != nil {
			return nil, errors.Join(err, file.Close())
		}
		r.notice = NewTone(script, rate)
	}
	r.writer.Go(r.run)
	return r, nil
}

// recordFile is a wav.Writer.
type recordFile interface {
	Write(pairs []int16) error
	Close() error
}

func newRecorder(file recordFile, rate int) *Recorder {
	r := &Recorder{file: file, stop: make(chan struct{}), faulty: make(chan error, 1)}
	r.left.queue = make([]int16, 0, samplesIn(recordQueue, rate))
	r.right.queue = make([]int16, 0, samplesIn(recordQueue, rate))
	return r
}

// Path is the file.
func (r *Recorder) Path() string { return r.path }

// Failed gets the reason if the file cannot be written any more, for example
// because the disk is full. What was written until then is kept.
func (r *Recorder) Failed() <-chan error { return r.faulty }

// notify mixes the beep into what is about to be sent.
func (r *Recorder) notify(pcm []int16) {
	if r.notice != nil {
		r.notice.Mix(pcm)
	}
}

func (r *Recorder) captured(pcm []int16) { r.push(&r.left, &r.right, pcm) }
func (r *Recorder) played(pcm []int16)   { r.push(&r.right, &r.left, pcm) }

// Close writes what waits and ends the file.
func (r *Recorder) Close() error {
	var err error
	r.closing.Do(func() {
		close(r.stop)
		r.writer.Wait()
		err = errors.Join(r.failed, r.file.Close())
	})
	return err
}

func (r *Recorder) run() {
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
func (r *Recorder) push(side, other *recordSide, pcm []int16) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if side.idle() {
		side.silence(other.end - side.end - len(pcm))
	}
	side.push(pcm)
}

// flush writes what both sides have, or, when one is idle or all is over, what
// either has.
func (r *Recorder) flush(all bool) {
	r.collect(all)
	if r.failed != nil {
		return
	}
	if r.failed = r.file.Write(r.pairs); r.failed != nil {
		r.faulty <- r.failed // there is room for one
	}
}

// collect interleaves what is to be written.
func (r *Recorder) collect(all bool) {
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
