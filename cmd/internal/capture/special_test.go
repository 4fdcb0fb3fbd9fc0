//go:build unix

package capture

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// What is no regular file keeps its mode; a pipe stands here for /dev/null.
func TestCreateLeavesDevicesAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o666); err != nil { // whatever the umask
		t.Fatal(err)
	}
	reader, err := os.OpenFile(path, os.O_RDWR, 0) // else Create waits for one
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	f, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o666 {
		t.Errorf("mode %v, want 0666", info.Mode().Perm())
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
