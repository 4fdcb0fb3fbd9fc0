package console

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// pty is both ends of a terminal of the kernel's.
func pty(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	t.Cleanup(func() { slave.Close() })
	return master, slave
}

// A key arrives without Enter and without an echo, and the terminal is left as it
// was found.
func TestKeysAndBack(t *testing.T) {
	master, slave := pty(t)
	mode := func() unix.Termios {
		m, err := unix.IoctlGetTermios(int(slave.Fd()), getTermios)
		if err != nil {
			t.Fatal(err)
		}
		return *m
	}
	before := mode()
	restore, err := Keys(slave)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := master.WriteString("5"); err != nil {
		t.Fatal(err)
	}
	var key [4]byte
	if n, err := slave.Read(key[:]); err != nil || string(key[:n]) != "5" {
		t.Errorf("%q, %v", key[:n], err)
	}
	if mode().Lflag&unix.ISIG == 0 {
		t.Error("Control-C is no signal any more")
	}
	restore()
	restore()
	if after := mode(); after != before {
		t.Errorf("left as %+v, found as %+v", after, before)
	}
	if Width(slave) <= 0 {
		t.Error("no width")
	}
	if _, err := Keys(os.NewFile(slave.Fd()+1000, "none")); err == nil {
		t.Error("no terminal, no error")
	}
}
