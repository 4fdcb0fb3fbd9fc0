package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

const (
	// logBacklog is how much of the log waits for somebody who reads slowly; what
	// does not fit is dropped and counted. A call must not wait for a terminal.
	logBacklog = 1 << 20
	// logPatience is how long the end of a run waits for a reader.
	logPatience = time.Second
)

// logQueue is a log writer that never blocks: lines go to w in order from a
// goroutine of their own.
type logQueue struct {
	w io.Writer

	mu      sync.Mutex
	waiting [][]byte
	bytes   int
	dropped int
	closed  bool
	wake    chan struct{}
	done    chan struct{}
}

func newLogQueue(w io.Writer) *logQueue {
	q := &logQueue{w: w, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go q.run()
	return q
}

// Write takes one line, which the caller may reuse.
func (q *logQueue) Write(line []byte) (int, error) {
	q.mu.Lock()
	if q.closed || q.bytes+len(line) > logBacklog {
		q.dropped++
	} else {
		q.waiting = append(q.waiting, append([]byte(nil), line...))
		q.bytes += len(line)
	}
	q.mu.Unlock()
	q.nudge()
	return len(line), nil
}

func (q *logQueue) nudge() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *logQueue) run() {
	defer close(q.done)
	for range q.wake {
		lines, closed := q.take()
		for _, line := range lines {
			_, _ = q.w.Write(line) // the log has nobody to complain to
			q.written(len(line))
		}
		if closed {
			return
		}
	}
}

func (q *logQueue) take() ([][]byte, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	lines := q.waiting
	q.waiting = nil
	return lines, q.closed
}

// written makes room: a line that is being written still waits for its reader.
func (q *logQueue) written(n int) {
	q.mu.Lock()
	q.bytes -= n
	q.mu.Unlock()
}

// Close writes what waits, says what is missing, and gives up on a reader who
// takes nothing.
func (q *logQueue) Close() {
	q.mu.Lock()
	if n := q.dropped; n > 0 && !q.closed {
		q.waiting = append(q.waiting, fmt.Appendf(nil, "star18: %d lines of the log are missing: nobody read them\n", n))
	}
	q.closed = true
	q.mu.Unlock()
	q.nudge()
	select {
	case <-q.done:
	case <-time.After(logPatience):
	}
}

// patiently writes for a reader who may not read; the program ends all the same.
func patiently(write func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		write()
	}()
	select {
	case <-done:
	case <-time.After(logPatience):
	}
}
