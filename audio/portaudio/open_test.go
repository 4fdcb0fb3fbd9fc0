package portaudio

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"star18/audio"
)

var _ audio.Device = (*Device)(nil)

// Opening fails with a reason that can be compared, whether or not there is a
// card, and whether or not there is cgo. It plays nothing on a machine that has
// a card.
func TestOpeningFailsCleanly(t *testing.T) {
	list, _ := Devices()
	if len(list) == 0 {
		if _, err := Open(Config{Rate: 8000}); !errors.Is(err, ErrNoCard) {
			t.Errorf("open: %v, want ErrNoCard", err)
		}
	}
	for _, cfg := range []Config{{Input: "no such device", Rate: 8000}, {Output: "no such device", Rate: 8000}} {
		_, err := Open(cfg)
		if !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrNoCard) {
			t.Errorf("open %+v: %v, want ErrNotFound or ErrNoCard", cfg, err)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("the library's noise is in the error: %v", err)
		}
	}
}

// The libraries below print some hundred lines where there is no card. None of
// it may reach the screen; a child process shows what would.
func TestOpeningPrintsNothing(t *testing.T) {
	if os.Getenv("OPEN_IN_CHILD") != "" {
		Devices()
		Open(Config{Input: "no such device", Rate: 8000})
		if list, _ := Devices(); len(list) == 0 {
			Open(Config{Rate: 8000})
		}
		fmt.Fprint(os.Stderr, "stderr is back")
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestOpeningPrintsNothing$")
	cmd.Env = append(os.Environ(), "OPEN_IN_CHILD=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if got := stderr.String(); got != "stderr is back" {
		t.Errorf("on stderr:\n%s", got)
	}
}
