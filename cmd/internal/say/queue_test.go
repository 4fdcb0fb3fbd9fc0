package say

import (
	"io"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"star18/ua"
)

// A pipe that nobody reads holds neither the calls nor the end of the program.
func TestQueueUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		q := NewQueue(JSON{W: w})
		start := time.Now()
		for range 1000 {
			q.Post("c1", ua.Ringing{})
		}
		if d := time.Since(start); d > 0 {
			t.Errorf("posting took %v", d)
		}
		q.Close()
		if d := time.Since(start); d > closeLimit {
			t.Errorf("closing took %v", d)
		}
		_ = r.Close()
		<-q.lanes[0].done
	})
}

type counter chan Told

func (c counter) Tell(t Told) { c <- t }

// One teller who is stuck keeps the others from nothing.
func TestQueueOneStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck, other := make(counter), make(counter, 3)
		q := NewQueue(stuck, other)
		for range 3 {
			q.Post("c1", ua.Ringing{})
		}
		synctest.Wait()
		if len(other) != 3 {
			t.Errorf("the other one was told %d of 3 events", len(other))
		}
		q.Close()
		for range 3 {
			<-stuck
		}
	})
}

// A terminal that is stopped for hours costs no more than a bound: what passes is
// left out first, oldest first, and how much is said before the rest.
func TestQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const extra = 700
		stuck := make(counter)
		q := NewQueue(stuck)
		q.Post("c1", ua.Dialing{})
		synctest.Wait() // it is being told that
		q.Post("c1", ua.Answered{})
		for i := range maxWaiting - 1 + extra {
			q.Post("c1", ua.Stats{Rx: ua.RxStats{Packets: uint64(i)}})
		}
		if n := len(q.lanes[0].waiting); n != maxWaiting {
			t.Errorf("%d events wait", n)
		}
		q.Post("c1", ua.Ended{})
		q.Close()
		<-stuck
		if got := (<-stuck).Event; got != (Dropped{extra + 1}) {
			t.Errorf("%#v, want the number that was left out", got)
		}
		if _, ok := (<-stuck).Event.(ua.Answered); !ok {
			t.Error("what lasts was left out")
		}
		if got := (<-stuck).Event.(ua.Stats); got.Rx.Packets != extra+1 {
			t.Errorf("the oldest that is left is number %d", got.Rx.Packets)
		}
		for ended := false; !ended; {
			_, ended = (<-stuck).Event.(ua.Ended)
		}
	})
}

// A reader who goes away ends nothing. The oracle is the exit code of this very
// test, run as a program whose standard output is a broken pipe.
func TestQueueReaderGone(t *testing.T) {
	const helper = "STAR18_SAY_HELPER"
	if os.Getenv(helper) != "" {
		q := NewQueue(JSON{W: os.Stdout})
		q.Post("c1", ua.Ringing{})
		q.Close()
		os.Exit(7)
	}
	if runtime.GOOS == "windows" {
		t.Skip("no such signal")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestQueueReaderGone$")
	cmd.Env, cmd.Stdout = append(os.Environ(), helper+"=1"), w
	_ = r.Close()
	err = cmd.Run()
	_ = w.Close()
	if cmd.ProcessState.ExitCode() != 7 {
		t.Errorf("ended by %v", err)
	}
}
