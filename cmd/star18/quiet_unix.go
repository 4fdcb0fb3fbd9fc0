//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// redirectStderr makes file descriptor 2 this file until restore.
func redirectStderr(file *os.File) (restore func(), err error) {
	before, err := unix.FcntlInt(2, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, err
	}
	if err := dup2(int(file.Fd()), 2); err != nil {
		_ = unix.Close(before)
		return nil, err
	}
	return func() {
		_ = dup2(before, 2)
		_ = unix.Close(before)
	}, nil
}
