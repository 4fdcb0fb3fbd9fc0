package main

import (
	"bytes"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A pipe that nobody reads holds up neither a call nor the end of the program,
// and what waits for its reader stays bounded.
func TestLogUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		q := newLogQueue(w)
		log := slog.New(slog.NewTextHandler(q, nil))
		start := time.Now()
		for range 40000 {
			log.Info("a line of about a hundred characters", "call", "c1", "peer", "192.0.2.1:5060")
		}
		if d := time.Since(start); d > 0 {
			t.Errorf("logging took %v", d)
		}
		q.mu.Lock()
		if q.bytes > logBacklog {
			t.Errorf("%d bytes wait, more than %d", q.bytes, logBacklog)
		}
		q.mu.Unlock()
		q.Close()
		if d := time.Since(start); d > logPatience {
			t.Errorf("closing took %v", d)
		}
		_ = r.Close()
		<-q.done
	})
}

// The last words of a program that nobody listens to do not keep it.
func TestReportUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		if got := report(w, exit(exitFault, io.ErrUnexpectedEOF)); got != exitFault {
			t.Errorf("exit code %d", got)
		}
		_ = r.Close()
	})
}

// What is dropped is counted, and the number is the last line.
func TestLogCountsWhatIsMissing(t *testing.T) {
	r, w := io.Pipe()
	q := newLogQueue(w)
	line := []byte(strings.Repeat("x", 1<<10) + "\n")
	for range 1100 {
		_, _ = q.Write(line)
	}
	var read bytes.Buffer
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(&read, r)
	}()
	q.Close()
	_ = w.Close()
	<-done
	lines := strings.Split(strings.TrimSpace(read.String()), "\n")
	kept := len(lines) - 1
	missing := 1100 - kept
	if want := "star18: " + strconv.Itoa(missing) + " lines of the log are missing"; missing < 50 || !strings.HasPrefix(lines[kept], want) {
		t.Errorf("%d lines kept, and the end says %q, want %q", kept, lines[kept], want)
	}
}

// A reader who reads gets every line in order, whole.
func TestLogOrder(t *testing.T) {
	var b bytes.Buffer
	q := newLogQueue(&b)
	var want strings.Builder
	for i := range 1000 {
		line := strconv.Itoa(i) + "\n"
		want.WriteString(line)
		_, _ = q.Write([]byte(line))
	}
	q.Close()
	if b.String() != want.String() {
		t.Error("the log differs from what was written")
	}
}
