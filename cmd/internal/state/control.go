package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrLongPath: no Unix socket can have this name.
var ErrLongPath = errors.New("path is too long for a socket; use --control-socket")

// maxSocketPath is what every system allows (104 bytes on BSD, with the zero).
const maxSocketPath = 103

// ControlPath is where a running telephone of this identity is controlled: in
// the folder for such things if there is one ($XDG_RUNTIME_DIR), else with the
// state. A state of its own (dir) has a control of its own.
func ControlPath(dir, user, domain string) (string, error) {
	s, err := Locate(dir, user, domain)
	if err != nil {
		return "", err
	}
	path := s.Path("control.sock")
	if run := os.Getenv("XDG_RUNTIME_DIR"); dir == "" && filepath.IsAbs(run) {
		path = filepath.Join(run, "star18", filepath.Base(s.dir)+".sock")
	}
	if len(path) > maxSocketPath {
		return "", fmt.Errorf("control: %s: %w", path, ErrLongPath)
	}
	return path, nil
}
