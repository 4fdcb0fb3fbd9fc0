//go:build interop && cgo && speexdsp

package sound

import (
	"bufio"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// startLoop runs a private sound server whose loudspeaker is heard by its
// microphone, some time later and 11 dB softer.
func startLoop(t *testing.T) {
	t.Helper()
	cmd := exec.Command(filepath.Join("..", "..", "..", "audio", "testdata", "pulse.sh"))
	cmd.Stderr = os.Stderr
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
	t.Cleanup(func() {
		stdin.Close()
		cmd.Wait()
	})
	for lines := bufio.NewScanner(stdout); lines.Scan() && lines.Text() != ""; {
		name, value, _ := strings.Cut(lines.Text(), "=")
		t.Setenv(name, value)
	}
	// With adjust_time it would change the rate all the time to keep its delay.
	pactl(t, "load-module", "module-loopback", "source=spk.monitor", "sink=micfeed", "latency_msec=60", "adjust_time=0")
	input, _, _ := strings.Cut(pactl(t, "list", "short", "sink-inputs"), "\t")
	pactl(t, "set-sink-input-volume", input, "65%")
}

func pactl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("pactl", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("pactl %v: %v: %s", args, err, out)
	}
	return string(out)
}

const loopRate = 16000

// syllables is noise in bursts, as loud as speech and in its rhythm.
func syllables(seconds int) []int16 {
	r := rand.New(rand.NewPCG(1, 2))
	pcm := make([]int16, seconds*loopRate)
	low := 0.0
	for i := range pcm {
		t := float64(i) / loopRate
		low = 0.8*low + 0.2*r.NormFloat64()
		pcm[i] = int16(9000 * low * max(0, math.Sin(2*math.Pi*3.1*t)) * max(0, math.Sin(2*math.Pi*0.4*t)+0.6))
	}
	return pcm
}

// loop plays far and returns what is heard meanwhile.
func loop(t *testing.T, treatment Treatment, far []int16) []int16 {
	o := &Opener{In: Spec{Kind: Card, Name: "default"}, Out: Spec{Kind: Card, Name: "default"}, Treatment: treatment, OnFault: func(err error) { t.Error(err) }}
	d, err := o.Open(loopRate)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	heard := make([]int16, len(far))
	var sides sync.WaitGroup
	frames := func(pcm []int16, move func([]int16) error) {
		for ; len(pcm) >= 320; pcm = pcm[320:] {
			if err := move(pcm[:320]); err != nil {
				t.Error(err)
				return
			}
		}
	}
	sides.Go(func() { frames(far, d.WriteFrame) })
	sides.Go(func() { frames(heard, d.ReadFrame) })
	sides.Wait()
	return heard
}

// A real loop through a real sound server, whose delay nobody told, and which
// grows with each moment that the machine is too busy for it: in the better third
// of the seconds, in which it stood still, the echo is 15 dB down.
func TestInteropEchoOfALoop(t *testing.T) {
	startLoop(t)
	far := syllables(16)
	echo := loop(t, Treatment{}, far)
	left := loop(t, Treatment{Echo: On}, far)
	var less []float64
	for at := range 16 {
		before, after := level(echo, at), level(left, at)
		t.Logf("%2d s: echo %.1f dBFS, left of it %.1f dBFS", at, before, after)
		if before > -50 && at > 0 {
			less = append(less, before-after)
		}
	}
	if len(less) < 8 {
		t.Fatal("the loop is silent")
	}
	slices.Sort(less)
	t.Logf("the echo is %.1f dB down at the median", less[len(less)/2])
	if still := less[len(less)*2/3]; still < 15 {
		t.Errorf("the echo is %.1f dB down in a third of the time, want 15", still)
	}
}

// level is that of one second, in dBFS.
func level(pcm []int16, second int) float64 {
	sum := 1.0
	for _, s := range pcm[second*loopRate : (second+1)*loopRate] {
		sum += float64(s) * float64(s)
	}
	return 10 * math.Log10(sum/loopRate/(32768*32768))
}
