//go:build cgo

package portaudio

import (
	"errors"
	"os"
	"strings"
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
		os.Stderr.WriteString(strings.Repeat("ALSA lib: cannot find card\n", 10000)) // more than a pipe holds
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
