package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// newcomer runs config init at a terminal against a registrar on loopback.
func newcomer(t *testing.T) (s *seat, dir string, done chan int) {
	t.Helper()
	t.Setenv("STAR18_LINE_PASSWORD", "")
	proxy := labServer(t)
	s, dir, done = newSeat(t), t.TempDir(), make(chan int)
	go func() {
		app := &app{in: s.slave, out: s.slave, err: s.slave}
		root := app.command()
		root.SetArgs([]string{
			"config", "init", "--config", filepath.Join(dir, "c.yaml"), "--proxy", proxy, "--transport", "udp", "--set", "sip.listen=127.0.0.1:0",
		})
		done <- report(s.slave, root.ExecuteContext(t.Context()))
	}()
	return s, dir, done
}

// What is missing is asked again, a whole address is taken apart, and a wrong
// password does not cost the rest.
func TestInitAtATerminal(t *testing.T) {
	s, dir, done := newcomer(t)
	s.see(`name of the line: `)
	s.press("\r")
	s.see(`name of the line: `)
	s.press("sip:14085550001@star18.test\r")
	s.see(`password \(not shown`)
	s.press("falsch99\r")
	s.see(`trying  udp; a server that is silent takes 6s`)
	s.see(`FAILED   registration`)
	s.see(`--auth-user`)
	s.see(`password, once more: `)
	s.press(scriptPassword + "\r")
	s.see(`tried   udp`)
	s.see(`next +star18 --config \S+ doctor`)
	if code := <-done; code != exitDone {
		t.Errorf("ends with %d", code)
	}
	if b, err := os.ReadFile(filepath.Join(dir, passwordFile)); err != nil || strings.TrimSpace(string(b)) != scriptPassword {
		t.Errorf("%q, %v", b, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.Contains(s.drawn.String(), scriptPassword) {
		t.Error("the password is shown")
	}
}

// Who stops while he is asked has the terminal as it was, and no files.
func TestInitStopped(t *testing.T) {
	s, dir, done := newcomer(t)
	before := s.mode()
	s.see(`name of the line: `)
	s.press("14085550001@star18.test\r")
	s.see(`password \(not shown`)
	if err := unix.Kill(os.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	s.see(`stopped, and nothing was written`)
	if code := <-done; code != exitUsage {
		t.Errorf("ends with %d", code)
	}
	if after := s.mode(); after != before {
		t.Errorf("the terminal is left as %+v, was %+v", after, before)
	}
	s.press("\r") // ends the read that was left behind
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
