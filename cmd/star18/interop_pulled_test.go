//go:build interop && linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestCardPulledInACall: the sound card of a telephone goes away in a call and comes
// back, three times over. The call lives, its packets keep their pace, and the sound
// is there again; the log says after how long.
//
//	go test -tags interop -v -run CardPulled ./cmd/star18
func TestCardPulledInACall(t *testing.T) {
	requirePrograms(t)
	bin := filepath.Join(built(t, "."), "star18")
	env, _ := startScript(t, exec.Command(pulseScript))
	server := soundServer{t, env}
	for _, c := range []struct {
		name       string
		pull, plug func()
	}{
		{"modules unloaded", server.unload, server.load},
		{"server stopped", func() { server.signal(syscall.SIGSTOP) }, func() { server.signal(syscall.SIGCONT) }},
		{"server killed", func() { server.signal(syscall.SIGKILL) }, server.start},
	} {
		t.Run(c.name, func(t *testing.T) { t.Log(pulled(t, bin, env, c.pull, c.plug)) })
	}
}

// pulledHz is what the far end says.
const pulledHz = 620

func pulled(t *testing.T, bin string, env []string, pull, plug func()) string {
	t.Helper()
	near, far := directCall(t, bin, env)
	near.await("answered")
	wire := tapLoopback(t)
	listenFor(t, env, pulledHz)
	pull()
	time.Sleep(3 * time.Second)
	back := time.Now()
	plug()
	heard := listenFor(t, env, pulledHz)
	time.Sleep(time.Second)
	wire.stop()
	far.interrupt()
	far.exits(exitDone)
	near.exits(exitDone)
	states := []string{}
	for _, ev := range near.seen {
		if ev.Event == "device" {
			states = append(states, ev.State)
		}
	}
	gap, packets := wire.longestPause(t)
	if gap > 150*time.Millisecond {
		t.Errorf("no packet for %v", gap)
	}
	if took := heard.Sub(back); took > 8*time.Second {
		t.Errorf("the sound is back after %v", took)
	}
	return fmt.Sprintf("sound is back %d ms after the device; %d packets, longest pause %d ms; told %q",
		heard.Sub(back).Milliseconds(), packets, gap.Milliseconds(), states)
}

// directCall is between two telephones that know each other's address; near has the
// card, far speaks a tone.
func directCall(t *testing.T, bin string, env []string) (near, far *phone) {
	t.Helper()
	start := func(user, in, out string, args ...string) *phone {
		dir := t.TempDir()
		words := append([]string{"--json", "--state", dir, "--set", "line.domain=127.0.0.1", "--set", "line.register=false",
			"--set", "secure.service=false", "--set", "line.user=" + user, "--set", "audio.codecs=[PCMU]",
			"--audio-in", in, "--audio-out", out}, append(onTapPorts(), args...)...)
		return startPhone(t, dir, exec.Command(bin, words...), env)
	}
	near = start(calleeUser, "card", "card", "--set", "sip.listen=127.0.0.1:5164", "answer", "--count", "1")
	time.Sleep(time.Second)
	far = start(callerUser, "tone:"+strconv.Itoa(pulledHz), "silence", "--set", "sip.listen=127.0.0.1:5165",
		"--set", "line.proxy=127.0.0.1:5164", "call", calleeUser)
	return near, far
}

// listenFor returns when a tone is heard at the loudspeaker. The loudspeaker itself
// may not be there yet.
func listenFor(t *testing.T, env []string, hz float64) time.Time {
	t.Helper()
	for limit := time.Now().Add(20 * time.Second); time.Now().Before(limit); {
		e := listenAt(t, env, "spk.monitor")
		time.Sleep(500 * time.Millisecond)
		e.stop()
		if len(e.pcm) > earRate/10 {
			if list := onsets(append(make([]int16, earRate/5), e.pcm...), earRate, hz); len(list) > 0 {
				return e.at(max(0, list[0]-earRate/5))
			}
		}
	}
	t.Fatalf("%v Hz is not heard", hz)
	return time.Time{}
}

// longestPause is that between two packets of any one sender.
func (x *tap) longestPause(t *testing.T) (longest time.Duration, packets int) {
	t.Helper()
	last := map[uint16]time.Time{}
	for _, p := range x.packets {
		if before, ok := last[p.from]; ok {
			longest = max(longest, p.at.Sub(before))
		}
		last[p.from] = p.at
	}
	if len(last) != 2 {
		t.Errorf("packets of %d senders, want 2", len(last))
	}
	return longest, len(x.packets)
}

// soundServer is pulled and plugged.
type soundServer struct {
	t   *testing.T
	env []string
}

func (s *soundServer) variable(name string) string {
	for _, v := range s.env {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	s.t.Fatalf("no %s", name)
	return ""
}

func (s *soundServer) run(args ...string) {
	cmd := exec.Command("pactl", args...)
	cmd.Env = append(os.Environ(), s.env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("pactl %q: %v\n%s", args, err, out)
	}
}

func (s *soundServer) unload() {
	s.run("unload-module", "module-remap-source")
	s.run("unload-module", "module-null-sink")
}

func (s *soundServer) load() {
	s.run("load-module", "module-null-sink", "sink_name=spk", "rate=48000", "channels=1")
	s.run("load-module", "module-null-sink", "sink_name=micfeed", "rate=48000", "channels=1")
	s.run("load-module", "module-remap-source", "source_name=mic", "master=micfeed.monitor")
	s.run("set-default-sink", "spk")
	s.run("set-default-source", "mic")
}

func (s *soundServer) signal(sig syscall.Signal) {
	pid, err := strconv.Atoi(s.variable("PULSE_SERVER_PID"))
	if err == nil {
		err = syscall.Kill(pid, sig)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// start runs the server anew, as pulse.sh does.
func (s *soundServer) start() {
	dir := filepath.Dir(s.variable("PULSE_STATE_PATH"))
	_ = os.Remove(filepath.Join(dir, "run", "native"))
	cmd := exec.Command("pulseaudio", "-n", "-F", filepath.Join(dir, "pulse.pa"), "--daemonize=no", "--use-pid-file=no",
		"--exit-idle-time=-1", "--realtime=no", "--high-priority=no", "--disable-shm=yes")
	cmd.Env = append(os.Environ(), s.env...)
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ender(s.t, cmd)
}
