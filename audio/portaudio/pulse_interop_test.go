//go:build interop && cgo

package portaudio

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"star18/audio"
	"star18/audio/measure"
)

// These tests run against a real sound server. They need pulseaudio, its
// utilities and the ALSA plugin for it (Debian: pulseaudio pulseaudio-utils
// libasound2-plugins), and fail without them. Time is real here: what is under
// test is a clock.
//
//	go test -tags interop ./audio/portaudio
//
// With -race add -gcflags=github.com/gordonklaus/portaudio=-d=checkptr=0: the
// binding passes its stream number as a pointer, which the checker refuses.

// startPulse runs a private sound server for the length of the test.
func startPulse(t *testing.T) {
	t.Helper()
	cmd := exec.Command(filepath.Join("..", "testdata", "pulse.sh"))
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
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && lines.Text() != "" {
		name, value, _ := strings.Cut(lines.Text(), "=")
		t.Setenv(name, value)
	}
	if os.Getenv("PULSE_SERVER") == "" {
		t.Fatal("the sound server did not start")
	}
}

// openPulse takes the longest buffer, which asks for no longer one on a machine that
// does other work meanwhile. What the least comes to: make bench-mouth.
func openPulse(t *testing.T, rate int) *Device {
	t.Helper()
	d, err := Open(Config{Input: "default", Output: "default", Rate: rate, Latency: LongestLatency})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// tone is raw 16-bit mono sound of -10 dBm0.
func tone(hz float64, rate int, d time.Duration) []byte {
	var raw []byte
	for i := range int(d.Seconds() * float64(rate)) {
		s := 7163 * math.Sin(2*math.Pi*hz*float64(i)/float64(rate))
		raw = binary.LittleEndian.AppendUint16(raw, uint16(int16(math.Round(s))))
	}
	return raw
}

// feed plays raw sound into the microphone.
func feed(ctx context.Context, t *testing.T, raw []byte) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(ctx, "pacat", "--playback", "-d", "micfeed", "--raw", "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=20")
	cmd.Stdin = strings.NewReader(string(raw))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// listen records what the speaker plays.
func listen(ctx context.Context, t *testing.T) (pcm func() []int16) {
	t.Helper()
	cmd := exec.CommandContext(ctx, "parec", "-d", "spk.monitor", "--raw", "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=10")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var raw []byte
	var reader sync.WaitGroup
	reader.Go(func() { raw, _ = io.ReadAll(out) })
	return func() []int16 {
		cmd.Process.Signal(os.Interrupt)
		reader.Wait()
		cmd.Wait()
		pcm := make([]int16, len(raw)/2)
		for i := range pcm {
			pcm[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
		}
		return pcm
	}
}

func TestCardHearsAndPlays(t *testing.T) {
	startPulse(t)
	for _, rate := range []int{8000, 16000, 48000} {
		t.Run(strconv.Itoa(rate), func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			d := openPulse(t, rate)
			mic := feed(ctx, t, tone(1000, 48000, 8*time.Second))
			speaker := listen(ctx, t)
			heard := converse(t, d, 700, 4*time.Second)
			played := speaker()
			mic.Process.Signal(os.Interrupt)
			mic.Wait()

			report(t, "heard", sounding(heard, rate), rate, 1000)
			report(t, "played", sounding(played, 48000), 48000, 700)
			in, out := d.Names()
			t.Logf("input %q, output %q, %+v", in, out, d.Stats())
		})
	}
}

// converse plays a sine and returns what was heard meanwhile. Both directions
// must keep real time.
func converse(t *testing.T, d *Device, hz float64, length time.Duration) []int16 {
	t.Helper()
	frame := d.Rate() / 50
	frames := int(length / (20 * time.Millisecond))
	var speaking sync.WaitGroup
	speaking.Go(func() {
		phase, pcm := 0.0, make([]int16, frame)
		start := time.Now()
		for range frames {
			for i := range pcm {
				pcm[i] = int16(7163 * math.Sin(phase))
				phase += 2 * math.Pi * hz / float64(d.Rate())
			}
			if err := d.WriteFrame(pcm); err != nil && !errors.Is(err, audio.ErrLate) {
				t.Errorf("write: %v", err)
				return
			}
		}
		realTime(t, "writing", time.Since(start), length)
	})
	heard := make([]int16, frames*frame)
	start := time.Now()
	for at := 0; at < len(heard); at += frame {
		if err := d.ReadFrame(heard[at : at+frame]); err != nil && !errors.Is(err, audio.ErrLate) {
			t.Fatalf("read: %v", err)
		}
	}
	realTime(t, "reading", time.Since(start), length)
	speaking.Wait()
	return heard
}

func realTime(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	t.Logf("%s %v of sound took %v", what, want, got.Round(time.Millisecond))
	if off := (got - want).Abs(); off > 200*time.Millisecond {
		t.Errorf("%s keeps no real time", what)
	}
}

// report checks what came through in windows of 100 ms. Other work on the
// machine may interrupt the sound now and then, which spoils the window it is
// in; most must be clean.
func report(t *testing.T, what string, pcm []int16, rate int, hz float64) {
	t.Helper()
	clean, windows := 0, 0
	for ; len(pcm) >= rate/10; pcm = pcm[rate/10:] {
		window := pcm[:rate/10]
		windows++
		at, all := measure.LevelAt(window, rate, hz), measure.Level(window)
		if math.Abs(measure.Dominant(window, rate)-hz) < 1 && math.Abs(at+10) < 0.2 && math.Abs(all-at) < 0.2 {
			clean++
		}
	}
	t.Logf("%s: %v Hz at -10 dBm0, unbroken, in %d of %d windows", what, hz, clean, windows)
	if windows < 15 || clean*10 < windows*7 {
		t.Errorf("%s: %v Hz at -10 dBm0 in %d of %d windows, want most", what, hz, clean, windows)
	}
}

// sounding is the sound between the silences at both ends, less a little.
func sounding(pcm []int16, rate int) []int16 {
	bit := rate / 10
	for len(pcm) > bit && measure.Level(pcm[len(pcm)-bit:]) < -20 {
		pcm = pcm[:len(pcm)-bit]
	}
	for len(pcm) > bit && measure.Level(pcm[:bit]) < -20 {
		pcm = pcm[bit:]
	}
	return pcm[min(len(pcm), bit):max(bit, len(pcm)-bit)]
}

// The microphone hears the speaker inside the sound server. A beep is played,
// and the time until it is heard is the delay of the whole device, both ways.
func TestCardLatency(t *testing.T) {
	startPulse(t)
	for _, args := range [][]string{
		{"load-module", "module-remap-source", "source_name=echo", "master=spk.monitor"},
		{"set-default-source", "echo"},
	} {
		if out, err := exec.Command("pactl", args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	const rate, frame = 8000, 160
	d := openPulse(t, rate)
	var speaking sync.WaitGroup
	stop := make(chan struct{})
	var beeped atomic.Int64 // in nanoseconds of the Unix epoch
	speaking.Go(func() {
		pcm := make([]int16, frame)
		for n := 0; ; n++ {
			clear(pcm)
			if n%50 == 0 { // each second: the server may still be finding its pace
				for i := range pcm {
					pcm[i] = int16(15000 * math.Sin(2*math.Pi*1000*float64(i)/rate))
				}
				beeped.Store(time.Now().UnixNano())
			}
			if d.WriteFrame(pcm) != nil {
				return
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	pcm := make([]int16, frame)
	var delay time.Duration
	for range 300 {
		if err := d.ReadFrame(pcm); err != nil {
			t.Fatal(err)
		}
		onset := -1
		for i, s := range pcm {
			if s > 3000 {
				onset = i
				break
			}
		}
		if onset >= 0 {
			delay = time.Since(time.Unix(0, beeped.Load())) - time.Duration(frame-onset)*time.Second/rate
			break
		}
	}
	close(stop)
	speaking.Wait()
	t.Logf("from WriteFrame to the same sound at the microphone: %v; %+v", delay.Round(time.Millisecond), d.Stats())
	if delay <= 0 || delay > 250*time.Millisecond {
		t.Errorf("delay %v", delay)
	}
}

// The sound server stops answering, as a card does that is unplugged.
func TestStalledCardIsReported(t *testing.T) {
	startPulse(t)
	d := openPulse(t, 8000)
	pcm := make([]int16, 160)
	for range 50 {
		if err := d.ReadFrame(pcm); err != nil {
			t.Fatal(err)
		}
	}
	server := os.Getenv("PULSE_SERVER_PID")
	freeze, thaw := exec.Command("kill", "-STOP", server), exec.Command("kill", "-CONT", server)
	if err := freeze.Run(); err != nil {
		t.Fatal(err)
	}
	defer thaw.Run()
	frozen := time.Now()
	var err error
	for (err == nil || errors.Is(err, audio.ErrLate)) && time.Since(frozen) < 10*time.Second {
		if err = d.ReadFrame(pcm); err != nil {
			time.Sleep(20 * time.Millisecond) // the silence instead of the frame
		}
	}
	t.Logf("read ended %v after the server froze: %v", time.Since(frozen).Round(time.Millisecond), err)
	if !errors.Is(err, ErrStalled) {
		t.Errorf("error %v, want ErrStalled", err)
	}
	if err := d.WriteFrame(make([]int16, 8000)); !errors.Is(err, ErrStalled) {
		t.Errorf("write: %v, want ErrStalled", err)
	}
}

func TestCloseUnblocksTheCard(t *testing.T) {
	startPulse(t)
	d := openPulse(t, 8000)
	running, ended := make(chan error, 2), make(chan error, 2)
	for _, move := range []func([]int16) error{d.ReadFrame, d.WriteFrame} {
		go func() {
			running <- move(make([]int16, 160))
			ended <- move(make([]int16, 8000*60))
		}()
	}
	for range 2 {
		if err := <-running; err != nil {
			t.Fatal(err)
		}
	}
	start := time.Now()
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := <-ended; !errors.Is(err, audio.ErrClosed) {
			t.Errorf("unblocked with %v", err)
		}
	}
	t.Logf("closed in %v", time.Since(start).Round(time.Millisecond))
	again := openPulse(t, 8000)
	if err := again.ReadFrame(make([]int16, 160)); err != nil {
		t.Errorf("opened again: %v", err)
	}
}

func TestDevicesOfTheServer(t *testing.T) {
	startPulse(t)
	list, err := Devices()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range list {
		t.Logf("%+v", i)
	}
	found, err := choose(list, input, "default")
	if err != nil || list[found].Inputs == 0 || list[found].Rate == 0 {
		t.Errorf("no default input: %v", err)
	}
	if _, err := Open(Config{Input: "no such thing", Rate: 8000}); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown name: %v", err)
	}
}
