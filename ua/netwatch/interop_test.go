//go:build interop && linux

package netwatch

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// insideMark is set in the copy of this test that has a network of its own.
const insideMark = "STAR18_NETWATCH_INSIDE"

// A real kernel: what netlink says, in a network namespace.
func TestInteropNetlink(t *testing.T) {
	if os.Getenv(insideMark) == "" {
		runInside(t)
		return
	}
	ip(t, "link set lo up")
	ip(t, "link add v0 type veth peer name v1")
	ip(t, "link set v1 up")
	out := Watch(t.Context(), Config{})
	for _, step := range []struct {
		commands string
		want     string // came, gone, rerouted
	}{
		{"addr add 192.0.2.1/24 dev v0; link set v0 up", "+192.0.2.1"},
		{"addr add 192.0.2.9/24 dev v0", "+192.0.2.9"},
		{"addr del 192.0.2.9/24 dev v0", "-192.0.2.9"},
		{"route add default via 192.0.2.254", "route"},
		{"route replace default via 192.0.2.253", "route"},
		{"link set v0 down", "-192.0.2.1 route"},
		{"link set v0 up", "+192.0.2.1"},
		{"link set v1 down", "-192.0.2.1"}, // the cable, not the interface
		{"link set v1 up", "+192.0.2.1"},
		{"addr flush dev v0; addr add 198.51.100.1/24 dev v0", "+198.51.100.1 -192.0.2.1"},
	} {
		for command := range strings.SplitSeq(step.commands, "; ") {
			ip(t, command)
		}
		start := time.Now()
		select {
		case c := <-out:
			if got := words(c); got != step.want {
				t.Errorf("%s: told %q, want %q", step.commands, got, step.want)
			}
			t.Logf("%-55s told after %v", step.commands, time.Since(start).Round(time.Millisecond))
		case <-time.After(pace):
			t.Errorf("%s: nothing told", step.commands)
		}
	}
}

func words(c Change) string {
	var out []string
	for _, a := range c.Came {
		out = append(out, "+"+a.String())
	}
	for _, a := range c.Gone {
		out = append(out, "-"+a.String())
	}
	if c.Rerouted {
		out = append(out, "route")
	}
	return strings.Join(out, " ")
}

func ip(t *testing.T, command string) {
	t.Helper()
	if out, err := exec.Command("ip", strings.Fields(command)...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v\n%s", command, err, out)
	}
}

func runInside(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("a network namespace needs root")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), insideMark+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}
