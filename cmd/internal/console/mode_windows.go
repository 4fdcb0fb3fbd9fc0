package console

import (
	"os"

	"golang.org/x/sys/windows"
)

// Keys makes the terminal give each key at once and show none by itself.
// Control-C stays a signal. restore puts everything back and may be called more
// than once.
func Keys(f *os.File) (restore func(), err error) {
	h := windows.Handle(f.Fd())
	var before uint32
	if err := windows.GetConsoleMode(h, &before); err != nil {
		return nil, &os.PathError{Op: "terminal mode", Path: f.Name(), Err: err}
	}
	keys := before&^(windows.ENABLE_LINE_INPUT|windows.ENABLE_ECHO_INPUT) | windows.ENABLE_VIRTUAL_TERMINAL_INPUT
	if err := windows.SetConsoleMode(h, keys); err != nil {
		return nil, &os.PathError{Op: "terminal mode", Path: f.Name(), Err: err}
	}
	return func() { _ = windows.SetConsoleMode(h, before) }, nil
}

// Width is how many characters a line has; 80 if nobody knows.
func Width(f *os.File) int {
	var info windows.ConsoleScreenBufferInfo
	if err := windows.GetConsoleScreenBufferInfo(windows.Handle(f.Fd()), &info); err == nil {
		return int(info.Window.Right-info.Window.Left) + 1
	}
	return usualWidth
}
