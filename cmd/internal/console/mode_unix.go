//go:build unix

package console

import (
	"os"

	"golang.org/x/sys/unix"
)

// Keys makes the terminal give each key at once and show none by itself.
// Control-C stays a signal. restore puts everything back and may be called more
// than once.
func Keys(f *os.File) (restore func(), err error) {
	fd := int(f.Fd())
	before, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return nil, &os.PathError{Op: "terminal mode", Path: f.Name(), Err: err}
	}
	keys := *before
	keys.Lflag &^= unix.ICANON | unix.ECHO | unix.IEXTEN
	keys.Iflag &^= unix.IXON // Control-S and Control-Q are keys
	keys.Cc[unix.VMIN], keys.Cc[unix.VTIME] = 1, 0
	keys.Cc[unix.VQUIT], keys.Cc[unix.VSUSP] = 0, 0 // would leave the mode behind
	if err := unix.IoctlSetTermios(fd, setTermios, &keys); err != nil {
		return nil, &os.PathError{Op: "terminal mode", Path: f.Name(), Err: err}
	}
	return func() { _ = unix.IoctlSetTermios(fd, setTermios, before) }, nil
}

// Width is how many characters a line has; 80 if nobody knows.
func Width(f *os.File) int {
	if size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ); err == nil && size.Col > 0 {
		return int(size.Col)
	}
	return usualWidth
}
