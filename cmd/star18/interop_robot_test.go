//go:build interop && linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// robot: the example of docs/scripts.md, as it stands there, commands a telephone;
// once the other end secures the call, once it does not.
func robot(t *testing.T, s *site) string {
	s.kamailio(t)
	near := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"answer", "--control"}, env: []string{"XDG_RUNTIME_DIR="}})
	near.await("registered")
	socket := near.socket()

	callee := s.phone(t, options{user: calleeUser, hz: calleeHz, args: []string{"answer", "--count", "1"}})
	callee.await("registered")
	secured := s.robot(t, calleeUser, socket, exitDone)
	callee.exits(exitDone)
	if key := callee.one("dtmf"); key.Digit != "1" {
		t.Errorf("pressed %q, want 1", key.Digit)
	}
	if end := callee.one("ended"); end.Secure != "secured" || end.By != "remote" {
		t.Errorf("ended %v by %s", end.Secure, end.By)
	}

	s.baresip(t, "answermode=auto")
	clear := s.robot(t, baresipUser, socket, exitInsecure)
	near.interrupt()
	near.exits(exitDone)
	return fmt.Sprintf("%s; %s", secured, clear)
}

// robot runs the script, and returns what it printed.
func (s *site) robot(t *testing.T, number, socket string, code int) string {
	t.Helper()
	cmd := s.inside("../../docs/robot.sh", number, "--control-socket", socket)
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(s.star18)+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != code {
		t.Fatalf("robot.sh: %v, want %d\n%s", err, code, out)
	}
	return strings.TrimSpace(string(out))
}

// socket is where the telephone is controlled, once it listens.
func (p *phone) socket() string {
	p.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		found, err := filepath.Glob(filepath.Join(p.file("state"), "*", "control.sock"))
		if err == nil && len(found) == 1 {
			return found[0]
		}
	}
	p.t.Fatal("no control socket")
	return ""
}
