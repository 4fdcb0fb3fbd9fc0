//go:build interop && linux

package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"star18/audio"
	"star18/audio/wav"
	"star18/cmd/internal/sound"
)

// TestMouthToEar measures how long sound takes from the microphone of one telephone
// to the loudspeaker of another, both real programs with real sound devices of one
// sound server: ten seconds of tone, in which drop-outs are counted, then bursts,
// each of which is found at the microphone, on the wire and at the loudspeaker.
//
//	go test -tags interop -v -run MouthToEar ./cmd/star18
//
// MOUTH_TO_EAR_AS is put before every program, such as "chrt -r 5" on a machine that
// does other work meanwhile.
func TestMouthToEar(t *testing.T) {
	requirePrograms(t)
	bin := filepath.Join(built(t, "."), "star18")
	env, _ := startScript(t, program(pulseScript))
	table := []string{fmt.Sprintf("%-34s %9s %9s %9s %9s", "mouth to ear, one way", "median", "least", "most", "drop-outs")}
	add := func(name string, m mouthToEar) {
		table = append(table, fmt.Sprintf("%-34s %6.1f ms %6.1f ms %6.1f ms %6d ms", name, m.median(), m.delays[0], m.delays[len(m.delays)-1], m.gone.Milliseconds()))
	}
	ours := star18Mouth(t, bin, env)
	add("star18, as it comes", ours)
	table = append(table, ours.budget(env, t)...)
	add("star18, without speexdsp's work", star18Mouth(t, bin, env, "--set", "audio.echo_cancellation=off",
		"--set", "audio.noise_suppression=off", "--set", "audio.gain_control=off"))
	for _, c := range []struct{ name, module, buffer string }{
		{"baresip, alsa, as it comes", "alsa", "20-160"},
		{"baresip, alsa, buffer 20-40", "alsa", "20-40"},
	} {
		add(c.name, baresipMouth(t, env, c.module, c.buffer))
	}
	t.Logf("\n%s", strings.Join(table, "\n"))
	if got := ours.median(); got > 92 {
		t.Errorf("%.1f ms from mouth to ear, more than baresip's best of 92 ms", got)
	}
	if ours.gone > 20*time.Millisecond {
		t.Errorf("drop-outs of %v in ten seconds", ours.gone)
	}
}

func program(name string, args ...string) *exec.Cmd {
	words := append(strings.Fields(os.Getenv("MOUTH_TO_EAR_AS")), name)
	words = append(words, args...)
	return exec.Command(words[0], words[1:]...)
}

// mouthToEar is what one pair of telephones does.
type mouthToEar struct {
	delays   []float64 // ms, of the bursts, sorted
	gone     time.Duration
	gathered []float64 // ms from the mouth to the end of the packet's sound
	packet   float64   // ms
}

func (m mouthToEar) median() float64 { return m.delays[len(m.delays)/2] }

const (
	mouthHz    = 1000
	mouthTone  = 10 * time.Second
	mouthBurst = 20
)

// speech is the tone, then the bursts.
func speech(t *testing.T) string {
	t.Helper()
	pcm := make([]int16, earRate/2)
	sound := func(ms int) {
		for i := range ms * earRate / 1000 {
			pcm = append(pcm, int16(10000*math.Sin(2*math.Pi*mouthHz*float64(i)/earRate)))
		}
	}
	sound(int(mouthTone.Milliseconds()))
	for n := range mouthBurst {
		pcm = append(pcm, make([]int16, (300+7*n)*earRate/1000)...)
		sound(100)
	}
	pcm = append(pcm, make([]int16, earRate/2)...)
	path := filepath.Join(t.TempDir(), "speech.wav")
	w, err := wav.Create(path, earRate, 1)
	if err == nil {
		err = w.Write(pcm)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// measureMouth speaks while a call goes on.
func measureMouth(t *testing.T, env []string) mouthToEar {
	t.Helper()
	wire := tapLoopback(t)
	mouth, far := listenAt(t, env, "micfeed.monitor"), listenAt(t, env, "spk.monitor")
	time.Sleep(500 * time.Millisecond)
	cmd := program("paplay", "-d", "micfeed", "--latency-msec=20", speech(t))
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("paplay: %v\n%s", err, out)
	}
	time.Sleep(500 * time.Millisecond)
	mouth.stop()
	far.stop()
	wire.stop()
	return compare(t, mouth, far, wire.frameOf(t, mouthHz))
}

func compare(t *testing.T, mouth, far *ear, wire []wireOnset) (m mouthToEar) {
	t.Helper()
	spoken, heard := onsets(mouth.pcm, earRate, mouthHz), onsets(far.pcm, earRate, mouthHz)
	if len(spoken) == 0 || len(heard) == 0 {
		t.Fatalf("%d sounds spoken, %d heard", len(spoken), len(heard))
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	soon := func(d time.Duration) bool { return d > -5*time.Millisecond && d < 400*time.Millisecond }
	for _, s := range spoken[1:] { // the first begins with the sound server's own start
		at := mouth.at(s)
		for _, h := range heard {
			if d := far.at(h).Sub(at); soon(d) {
				m.delays = append(m.delays, ms(d))
				break
			}
		}
		for _, w := range wire {
			if d := w.at.Sub(at); soon(d) {
				m.gathered = append(m.gathered, ms(d+w.within-w.length))
				m.packet = ms(w.length)
				break
			}
		}
	}
	if len(m.delays) < mouthBurst/2 {
		t.Fatalf("%d of %d bursts were heard", len(m.delays), mouthBurst)
	}
	slices.Sort(m.delays)
	slices.Sort(m.gathered)
	m.gone = missing(far.pcm, heard[0], mouthTone, mouthHz)
	return m
}

// budget shares the delay out among the stages. What the card adds when it plays is
// measured beside, with a loudspeaker of our own; the rest between the wire and the
// ear is the jitter buffer.
func (m mouthToEar) budget(env []string, t *testing.T) []string {
	if len(m.gathered) == 0 {
		return nil
	}
	capture := m.gathered[len(m.gathered)/2]
	playing := playingDelay(t, env)
	rest := m.median() - capture - m.packet - playing
	line := func(name string, ms float64) string { return fmt.Sprintf("    %-30s %6.1f ms", name, ms) }
	return []string{
		line("card, ring and treatment in", capture),
		line("one packet", m.packet),
		line("network and jitter buffer", rest),
		line("ring and card out", playing),
	}
}

// playingDelay is the time from WriteFrame to the loudspeaker.
func playingDelay(t *testing.T, env []string) float64 {
	t.Helper()
	for _, v := range env {
		if name, value, ok := strings.Cut(v, "="); ok {
			t.Setenv(name, value)
		}
	}
	o := sound.Opener{In: sound.Spec{Kind: sound.Silence}, Out: sound.Spec{Kind: sound.Card},
		OnFault: func(err error) { t.Error(err) }, OnChange: func(c audio.DeviceChange) { t.Errorf("%+v", c) }}
	d, err := o.Open(8000)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	far := listenAt(t, env, "spk.monitor")
	frame := make([]int16, 160)
	var written []time.Time
	for n := range 300 {
		clear(frame)
		if n >= 100 && n%20 < 5 {
			for i := range frame {
				frame[i] = int16(10000 * math.Sin(2*math.Pi*mouthHz*float64(i)/8000))
			}
			if n%20 == 0 {
				written = append(written, time.Now())
			}
		}
		if err := d.WriteFrame(frame); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(300 * time.Millisecond)
	far.stop()
	var delays []float64
	for _, h := range onsets(far.pcm, earRate, mouthHz) {
		for _, w := range written {
			if d := far.at(h).Sub(w); d > 0 && d < 300*time.Millisecond {
				delays = append(delays, float64(d.Microseconds())/1000)
			}
		}
	}
	if len(delays) == 0 {
		t.Fatal("nothing of it was heard")
	}
	slices.Sort(delays)
	return delays[len(delays)/2]
}

// star18Mouth is a call between two telephones that know each other's address.
func star18Mouth(t *testing.T, bin string, env []string, more ...string) mouthToEar {
	t.Helper()
	dir := t.TempDir()
	start := func(name, user, in, out string, args ...string) *exec.Cmd {
		words := append([]string{"--json", "--state", filepath.Join(dir, name),
			"--set", "line.domain=127.0.0.1", "--set", "line.register=false", "--set", "secure.service=false",
			"--set", "line.user=" + user, "--set", "audio.codecs=[PCMU]", "--audio-in", in, "--audio-out", out}, append(onTapPorts(), more...)...)
		cmd := program(bin, append(words, args...)...)
		cmd.Env = append(os.Environ(), env...)
		cmd.Stderr = os.Stderr
		return cmd
	}
	callee := start("b", calleeUser, "silence", "card", "--set", "sip.listen=127.0.0.1:5162", "answer", "--count", "1")
	caller := start("a", callerUser, "card", "silence", "--set", "sip.listen=127.0.0.1:5163", "--set", "line.proxy=127.0.0.1:5162", "call", calleeUser)
	if err := callee.Start(); err != nil {
		t.Fatal(err)
	}
	defer ender(t, callee)()
	time.Sleep(time.Second)
	events, err := caller.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := caller.Start(); err != nil {
		t.Fatal(err)
	}
	defer ender(t, caller)()
	for lines := json.NewDecoder(events); ; {
		var ev event
		if err := lines.Decode(&ev); err != nil {
			t.Fatalf("no answer: %v", err)
		}
		if ev.Event == "answered" {
			break
		}
	}
	go func() { _, _ = events.Read(make([]byte, 1<<16)) }()
	time.Sleep(3 * time.Second)
	return measureMouth(t, env)
}
