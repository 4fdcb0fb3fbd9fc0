package replayfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"unsafe"
)

// Of kernel32, which the standard library does not wrap. See LockFileEx.
var lockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

const (
	lockExclusive   = 2
	failImmediately = 1
	lockViolation   = syscall.Errno(33)
)

// tryLock locks one byte far behind the content: a lock on Windows is mandatory
// and would keep our own reads out.
func tryLock(f *os.File) (taken bool, err error) {
	at := syscall.Overlapped{OffsetHigh: 1 << 30}
	ok, _, err := lockFileEx.Call(f.Fd(), lockExclusive|failImmediately, 0, 1, 0, uintptr(unsafe.Pointer(&at)))
	if ok != 0 {
		return true, nil
	}
	if errors.Is(err, lockViolation) {
		return false, nil
	}
	return false, err
}

// readableByOthers: the mode bits mean nothing here; a profile's folder is
// private to its user.
func readableByOthers(fs.FileInfo) bool { return false }

// syncDir: a directory cannot be synced here, and need not be.
func syncDir(string) error { return nil }
