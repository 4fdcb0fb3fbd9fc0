//go:build interop && linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"star18/securecall/published"
)

// The addresses of netns.sh and kamailio.cfg.in.
const (
	kamailioIP = "10.99.0.1"
	gatewayAt  = "5070"
)

// The lines that Kamailio knows. The callee is the vendor's example.
const (
	callerUser  = "14085550001"
	calleeUser  = "14085551234"
	baresipUser = "14085552000"
)

// site is a namespace with the built program and the identities of two lines.
type site struct {
	namespace string
	scripts   string // folder of the lab's scripts
	star18    string
	mini, key map[string]string // parameters, by user
}

func openSite(t *testing.T) *site {
	t.Helper()
	scripts, err := filepath.Abs("../../ua/lab/testdata")
	if err != nil {
		t.Fatal(err)
	}
	bin := built(t, ".", "../gen_mc")
	s := &site{
		namespace: fmt.Sprintf("star18-%d", os.Getpid()),
		scripts:   scripts,
		star18:    filepath.Join(bin, "star18"),
		mini:      map[string]string{calleeUser: published.MiniCertificate()},
		key:       map[string]string{calleeUser: published.PrivateKey()},
	}
	s.issue(t, filepath.Join(bin, "gen_mc"))
	startScript(t, exec.Command(filepath.Join(scripts, "netns.sh"), s.namespace))
	return s
}

// issue gives the caller an identity with the vendor's tool and its CA.
func (s *site) issue(t *testing.T, tool string) {
	t.Helper()
	ca := filepath.Join(t.TempDir(), "ca_key")
	if err := os.WriteFile(ca, published.CAKey(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, ca, "Anna Caller", callerUser, "00:00:00 1/1/34").Output()
	lines := bytes.Split(out, []byte("\n"))
	if err != nil || len(lines) < 4 {
		t.Fatalf("gen_mc: %v\n%s", err, out)
	}
	s.mini[callerUser], s.key[callerUser] = string(lines[1]), string(lines[3])
}

// inside is a program in the namespace. `ip netns exec` becomes the program,
// so signals reach it; it ends with the test even if that is killed.
func (s *site) inside(program string, args ...string) *exec.Cmd {
	cmd := exec.Command("ip", append([]string{"netns", "exec", s.namespace, program}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd
}

// script is one of the lab's scripts in the namespace.
func (s *site) script(t *testing.T, name string, args ...string) (stop func()) {
	t.Helper()
	_, stop = startScript(t, exec.Command("ip", append([]string{"netns", "exec", s.namespace, filepath.Join(s.scripts, name)}, args...)...))
	return stop
}

// kamailio starts a registrar that knows nobody's location.
func (s *site) kamailio(t *testing.T, args ...string) (stop func()) {
	t.Helper()
	return s.script(t, "kamailio.sh", append([]string{kamailioIP}, args...)...)
}

// built is the folder of these programs of ours.
func built(t *testing.T, packages ...string) string {
	t.Helper()
	bin := t.TempDir()
	build := exec.Command("go", append([]string{"build", "-o", bin + string(filepath.Separator)}, packages...)...)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return bin
}

// pulseScript runs a sound server of the test's own.
const pulseScript = "../../audio/testdata/pulse.sh"

// startScript starts what runs until its standard input ends, and returns what
// it prints up to the empty line with which it is ready.
func startScript(t *testing.T, cmd *exec.Cmd) (said []string, stop func()) {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.WaitDelay = 5 * time.Second
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		_ = stdin.Close()
		_ = cmd.Wait() // its end by a signal of its own is no failure
	})
	t.Cleanup(stop)
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if lines.Text() == "" {
			return said, stop
		}
		said = append(said, lines.Text())
	}
	stop()
	t.Fatalf("%s is not ready: %s", filepath.Base(cmd.Path), &stderr)
	return nil, nil
}

// run runs a program of the namespace to its end.
func (s *site) run(t *testing.T, program string, args ...string) string {
	t.Helper()
	out, err := s.inside(program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", program, args, err, out)
	}
	return string(out)
}
