package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"star18/ua"
)

// sit starts a program at the seat, as the one that its keys go to.
func (s *seat) sit(args ...string) *exec.Cmd {
	s.t.Helper()
	if err := unix.IoctlSetWinsize(int(s.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}); err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.Command("star18", args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.slave, s.slave, s.slave
	cmd.Env = append(os.Environ(), "TERM=xterm-256color")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd
}

// called is a telephone that answers one call, and what it had to say when that
// was over.
func called(t *testing.T, flags []string) (answered <-chan struct{}, ended <-chan ua.Ended) {
	t.Helper()
	up, over := make(chan struct{}), make(chan ua.Ended, 1)
	cmd := exec.Command("star18", append(flags, "answer", "--count", "1", "--json")...)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	registered := make(chan struct{})
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var ev struct {
				Event string
				ua.Ended
			}
			_ = json.Unmarshal(lines.Bytes(), &ev)
			switch ev.Event {
			case "registered":
				close(registered)
			case "answered":
				close(up)
			case "ended":
				over <- ev.Ended
			}
		}
	}()
	<-registered
	return up, over
}

// inCall is a telephone at a terminal that has called another one, and how the call
// ends for that one.
func inCall(t *testing.T) (*seat, *exec.Cmd, <-chan ua.Ended) {
	flags := labLine(t)
	up, over := called(t, flags("14085551234"))
	s := newSeat(t)
	phone := s.sit(flags("14085550001")...)
	s.see(`registered`)
	s.press("14085551234\r")
	select {
	case <-up:
	case <-time.After(20 * time.Second):
		t.Fatal("no call")
	}
	return s, phone, over
}

// A terminal that takes nothing any more, as after Control-S, delays no sound, and
// the call gets its BYE. The oracle is the other telephone, which counts packets.
func TestStoppedTerminal(t *testing.T) {
	s, phone, over := inCall(t)
	s.see(`\[ CLEAR \]`)
	if err := unix.IoctlSetInt(int(s.slave.Fd()), unix.TCXONC, unix.TCOOFF); err != nil {
		t.Fatal(err)
	}
	const stopped = 2500 * time.Millisecond // two pictures at least
	s.press("?")                            // and one that is large
	time.Sleep(stopped)
	if err := phone.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case ended := <-over:
		if least := uint64(stopped / (20 * time.Millisecond) * 9 / 10); ended.By != ua.Remote || ended.Rx.Packets < least || ended.Rx.Lost > 0 {
			t.Errorf("ended by %s with %d packets, %d lost; want %d packets", ended.By, ended.Rx.Packets, ended.Rx.Lost, least)
		}
	case <-time.After(20 * time.Second):
		t.Error("the call was left without a BYE")
	}
}

// A window that is closed ends the call properly: the other telephone hears of it.
func TestClosedTerminal(t *testing.T) {
	_, phone, over := inCall(t)
	_ = phone.Process.Signal(syscall.SIGHUP) // as the system does when the master has gone
	select {
	case ended := <-over:
		if ended.By != ua.Remote || ended.Cause != ua.CauseHangup {
			t.Errorf("ended by %s: %s", ended.By, ended.Cause)
		}
	case <-time.After(20 * time.Second):
		t.Error("the call was left without a BYE")
	}
}

// The screen is left as the terminal was before, and nothing is printed over it:
// neither the log nor what libraries of sound say when they find no card.
func TestScreenLeavesTheTerminal(t *testing.T) {
	flags := labLine(t)
	s := newSeat(t)
	before := s.mode()
	phone := s.sit(append(flags("14085550001"), "--log-level", "debug", "--set", "audio.input=card")...)
	s.see(`registered`)
	if to, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/2", phone.Process.Pid)); err != nil || filepath.Base(to) != quietFile {
		t.Errorf("standard error, of C libraries too, goes to %s, %v", to, err)
	}
	s.press("\x1b[200~hello\x1b[201~") // pasted
	s.see(`hello`)
	s.press("\x03")
	gone := make(chan error, 1)
	go func() { gone <- phone.Wait() }()
	select {
	case err := <-gone:
		if err != nil {
			t.Errorf("ends with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it does not leave")
	}
	if after := s.mode(); after != before {
		t.Errorf("the terminal is left as %+v, was %+v", after, before)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if text := s.drawn.String(); strings.Contains(text, "ALSA") || strings.Contains(text, "level=") {
		t.Errorf("printed over the screen: %q", text)
	}
}
