//go:build cgo && unix

package portaudio

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// A driver that hangs must not take the program with it.
func TestLibraryThatHangs(t *testing.T) {
	defer goleak.VerifyNone(t)
	release, undone := make(chan struct{}), make(chan struct{})
	err := inside("open", time.Millisecond, func() error { <-release; return nil }, func() { close(undone) })
	if !errors.Is(err, ErrTimeout) {
		t.Errorf("hanging call: %v, want ErrTimeout", err)
	}
	err = inside("list", time.Millisecond, func() error { t.Error("entered beside a hanging call"); return nil }, func() {})
	if !errors.Is(err, ErrTimeout) {
		t.Errorf("second call: %v, want ErrTimeout", err)
	}
	close(release)
	<-undone // what succeeded too late is taken back
	if err := inside("list", time.Minute, func() error { return nil }, func() {}); err != nil {
		t.Errorf("after the hang: %v", err)
	}
}

func TestNoiseIsKeptForTheError(t *testing.T) {
	fault := errors.New("fault")
	err := inside("open", time.Minute, func() error {
		shout(strings.Repeat("ALSA lib: cannot find card\n", 10000)) // more than a pipe holds
		return fault
	}, func() {})
	var detail *OpenError
	if !errors.As(err, &detail) || !errors.Is(err, fault) || err.Error() != "fault" {
		t.Fatalf("error %v", err)
	}
	if len(detail.Noise) > mostNoise || !strings.HasPrefix(detail.Noise, "ALSA lib: cannot find card\n") {
		t.Errorf("noise of %d octets: %.40q", len(detail.Noise), detail.Noise)
	}
}

// shout writes as a C library does, to the file descriptor: os.Stderr may be
// another one while tests run.
func shout(text string) { _, _ = syscall.Write(2, []byte(text)) }

// Calls from several goroutines keep their noise apart, and leave stderr as it
// was: each enters only when the one before has given stderr back.
func TestNoiseOfManyCallers(t *testing.T) {
	var before, after syscall.Stat_t
	if err := syscall.Fstat(2, &before); err != nil {
		t.Fatal(err)
	}
	var callers sync.WaitGroup
	for i := range 50 {
		callers.Go(func() {
			line := fmt.Sprintf("noise of caller %d\n", i)
			err := inside("open", time.Minute, func() error {
				shout(line)
				return errors.New("fault")
			}, func() {})
			var detail *OpenError
			if !errors.As(err, &detail) || detail.Noise != line {
				t.Errorf("caller %d: %#v", i, err)
			}
		})
	}
	callers.Wait()
	if err := syscall.Fstat(2, &after); err != nil || before.Ino != after.Ino || before.Dev != after.Dev {
		t.Errorf("stderr is another file now: %v", err)
	}
}
