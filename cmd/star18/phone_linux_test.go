package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"star18/ua/digest"
	"star18/ua/lab"
)

// seat is somebody at a terminal: what is typed goes in, what is drawn comes out.
type seat struct {
	t             *testing.T
	master, slave *os.File

	mu    sync.Mutex
	drawn strings.Builder
	moved chan struct{}
}

func newSeat(t *testing.T) *seat {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	t.Cleanup(func() { slave.Close() })
	s := &seat{t: t, master: master, slave: slave, moved: make(chan struct{}, 1)}
	go s.watch()
	return s
}

func (s *seat) watch() {
	var b [4096]byte
	for {
		n, err := s.master.Read(b[:])
		if err != nil {
			return
		}
		s.mu.Lock()
		s.drawn.Write(b[:n])
		s.mu.Unlock()
		select {
		case s.moved <- struct{}{}:
		default:
		}
	}
}

// see waits until this has been drawn since the last time.
func (s *seat) see(pattern string) {
	s.t.Helper()
	want, limit := regexp.MustCompile(pattern), time.After(20*time.Second)
	for {
		s.mu.Lock()
		text := s.drawn.String()
		if at := want.FindStringIndex(text); at != nil {
			rest := text[at[1]:]
			s.drawn.Reset()
			s.drawn.WriteString(rest)
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		select {
		case <-s.moved:
		case <-limit:
			s.t.Fatalf("%q was not drawn, but\n%q", pattern, text)
		}
	}
}

func (s *seat) press(keys string) {
	s.t.Helper()
	if _, err := s.master.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

func (s *seat) mode() unix.Termios {
	s.t.Helper()
	m, err := unix.IoctlGetTermios(int(s.slave.Fd()), unix.TCGETS)
	if err != nil {
		s.t.Fatal(err)
	}
	return *m
}

// labServer makes a registrar on loopback for 14085550001 and 14085551234.
func labServer(t *testing.T) (addr string) {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	users := map[string]digest.Secret{"14085550001": scriptPassword, "14085551234": scriptPassword}
	l, err := lab.Start(lab.Config{Conn: conn, Domain: "star18.test", Users: users})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

// labLine returns the flags of a line at such a registrar.
func labLine(t *testing.T) func(user string) []string {
	t.Helper()
	proxy := labServer(t)
	dir := t.TempDir()
	config := filepath.Join(dir, "config.yaml")
	text := "line: {domain: star18.test, password: " + scriptPassword + ", proxy: \"" + proxy + "\"}\n" +
		"sip: {listen: \"127.0.0.1:0\"}\naudio: {input: silence, output: \"null\"}\n" +
		"contacts: [{name: Joe, number: \"*19 1 408 555 1234\"}]\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(user string) []string {
		return []string{"--config", config, "--state", dir, "--set", "line.user=" + user}
	}
}

// answering is a telephone that has registered and answers so many calls; it tells
// the code with which it ends.
func answering(t *testing.T, flags []string, calls int) <-chan int {
	said, out := io.Pipe()
	ended := make(chan int)
	go func() {
		ended <- run(append(flags, "answer", "--count", strconv.Itoa(calls), "--json"), out, os.Stderr)
	}()
	lines := bufio.NewScanner(said)
	for lines.Scan() && !strings.Contains(lines.Text(), `"registered"`) {
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	return ended
}

// A person at the phone: dials key by key, talks, transfers codes, is called, and
// leaves the terminal as it was.
func TestPhoneAtATerminal(t *testing.T) {
	flags := labLine(t)
	there := answering(t, flags("14085551234"), 2)
	s := newSeat(t)
	before := s.mode()
	here := make(chan int)
	go func() {
		app := &app{in: s.slave, out: s.slave, err: s.slave}
		root := app.command()
		root.SetArgs(append(flags("14085550001"), "--plain"))
		here <- report(os.Stderr, root.ExecuteContext(t.Context()))
	}()
	s.see(`registered .*\n`)

	s.press("*18")
	s.see(`off-hook \*18  \[\*18: the next outbound call is secure\]`)
	s.press("15\x7f4085551234")
	s.see(`off-hook \*18140855512  \[incomplete, 1?\d s left\]`)
	s.see(`dialing     14085551234, to be secured`)
	s.see(`answered    14085551234`)
	s.see(`digits are sent`)
	s.press("5")
	s.press("q")
	s.see(`ended .*by us`)

	s.press("\r")
	s.see(`off-hook   \[dial; Escape hangs up\]`)
	s.press("*725551234")
	s.see(`calls|forwards`)
	s.press("#")
	s.see(`\*72: forwards every call`)
	s.press("*73")
	s.press("\r")
	s.see(`\*73: forwards every call no longer`)

	s.press("\r\r7\r") // where nothing was dialled, the tone says it
	s.see(`no longer\r\n[^:]*no +7: dialled number is incomplete`)
	s.press("frob\r")
	s.see(`"frob": no such command`)

	s.press("jo\r")
	s.see(`dialing     14085551234, in clear`)
	s.see(`answered    14085551234`)
	s.press("q")
	s.see(`ended`)
	if code := <-there; code != exitDone {
		t.Errorf("the other side ends with %d", code)
	}
	s.press("\x04")
	if code := <-here; code != exitDone {
		t.Errorf("ends with %d", code)
	}
	if after := s.mode(); after != before {
		t.Errorf("the terminal is left as %+v, was %+v", after, before)
	}
}
