//go:build interop && linux

package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"star18/audio"
	"star18/audio/wav"
)

// cardHz is what is played into the virtual microphone.
const cardHz = 733

// soundCard: a secured call whose one end speaks and hears through PortAudio.
func soundCard(t *testing.T, s *site) string {
	s.kamailio(t)
	env, _ := startScript(t, exec.Command(pulseScript))
	stopMicrophone := feed(t, env)
	recorded := record(t, env)

	callee := s.phone(t, options{user: calleeUser, hz: calleeHz, args: []string{"answer", "--count", "1"}})
	callee.await("registered")
	caller := s.phone(t, options{user: callerUser, in: "card", out: "card", env: env,
		args: []string{"call", "*18" + calleeUser, "--for", "4s"}})
	caller.await("ended")
	played := recorded()
	caller.exits(exitDone)
	callee.exits(exitDone)
	stopMicrophone()

	for _, ev := range caller.seen {
		if ev.Event == "device" {
			t.Errorf("the card failed: %s", &caller.stderr)
		}
	}
	ms := mustBeSecured(t, caller, "$Joe Smith", calleeUser).MS
	mustBeSecured(t, callee, "$Anna Caller", callerUser)
	return fmt.Sprintf("secured after %d ms; microphone %d Hz, callee heard %s; loudspeaker played %s",
		ms, cardHz, readWAV(t, callee.file("heard.wav")).last(second).mustBe(t, cardHz, star18Level),
		played.last(second).mustBe(t, calleeHz, star18Level))
}

// feed plays a tone to the microphone.
func feed(t *testing.T, env []string) (stop func()) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tone.wav")
	w, err := wav.Create(path, 48000, 1)
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, 30*48000)
	tone, err := audio.ParseToneScript(fmt.Sprintf("%d@%v;30(*/0/1)", cardHz, star18Level))
	if err != nil {
		t.Fatal(err)
	}
	audio.NewTone(tone, 48000).Mix(pcm)
	if err := w.Write(pcm); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("paplay", "-d", "micfeed", "--latency-msec=20", path)
	cmd.Env = append(os.Environ(), env...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return ender(t, cmd)
}

// record listens at the loudspeaker until its result is asked for.
func record(t *testing.T, env []string) (stop func() recording) {
	t.Helper()
	cmd := exec.Command("parec", "-d", "spk.monitor", "--raw", "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=10")
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	heard := make(chan []byte, 1)
	go func() {
		raw, _ := io.ReadAll(out) // ends with the program
		heard <- raw
	}()
	end := ender(t, cmd)
	return func() recording {
		_ = cmd.Process.Signal(os.Interrupt)
		raw := <-heard
		end()
		s := recording{rate: 48000}
		for ; len(raw) >= 2; raw = raw[2:] {
			s.pcm = append(s.pcm, int16(binary.LittleEndian.Uint16(raw)))
		}
		return s
	}
}
