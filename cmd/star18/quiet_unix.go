//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// redirectStderr makes file descriptor 2 this file, and returns what it was before:
// for restoreStderr, and then to be closed.
func redirectStderr(file *os.File) (before *os.File, err error) {
	fd, err := unix.FcntlInt(2, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, err
	}
	before = os.NewFile(uintptr(fd), os.Stderr.Name())
	if err := dup2(int(file.Fd()), 2); err != nil {
		_ = before.Close()
		return nil, err
	}
	return before, nil
}

func restoreStderr(before *os.File) { _ = dup2(int(before.Fd()), 2) }
