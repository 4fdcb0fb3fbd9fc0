package audio

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio/measure"
	"star18/audio/wav"
)

// All time in this file is virtual: synctest's clock stands still while any
// goroutine works and jumps to the next deadline when all wait. A goroutine
// left behind fails the test.

const frame20 = 160 // samples in 20 ms at 8000 Hz

func read(t *testing.T, d Device, n int) []int16 {
	t.Helper()
	pcm := make([]int16, n)
	for at := 0; at < n; at += frame20 {
		if err := d.ReadFrame(pcm[at:min(at+frame20, n)]); err != nil {
			t.Fatal(err)
		}
	}
	return pcm
}

func TestClockedDeviceRunsInRealTime(t *testing.T) {
	tests := []struct {
		name  string
		rate  int
		frame int
	}{
		{"20 ms at 8000", 8000, 160}, {"30 ms at 8000", 8000, 240}, {"20 ms at 48000", 48000, 960},
		{"no whole milliseconds", 44100, 441 * 2}, {"no whole nanoseconds", 11025, 221},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := NewSilence(test.rate)
				defer d.Close()
				for _, move := range []func([]int16) error{d.ReadFrame, d.WriteFrame} {
					start, pcm := time.Now(), make([]int16, test.frame)
					for n := 1; n <= 5000; n++ {
						if err := move(pcm); err != nil {
							t.Fatal(err)
						}
						want := float64(n*test.frame) / float64(test.rate)
						if got := time.Since(start).Seconds(); math.Abs(got-want) > 1e-6 {
							t.Fatalf("frame %d after %.7f s, want %.7f", n, got, want)
						}
					}
				}
			})
		})
	}
}

func TestClockedDeviceCatchesUpAfterALateCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := NewSilence(8000)
		defer d.Close()
		start, pcm := time.Now(), make([]int16, frame20)
		for range 10 {
			d.ReadFrame(pcm)
			time.Sleep(5 * time.Millisecond) // each time a bit late, less than a frame
		}
		d.ReadFrame(pcm)
		if got := time.Since(start); got != 220*time.Millisecond {
			t.Errorf("11 frames took %v, want 220 ms: lateness added up", got)
		}
	})
}

func TestClockedDeviceSkipsALongStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := NewSilence(8000)
		defer d.Close()
		pcm := make([]int16, frame20)
		d.ReadFrame(pcm)
		time.Sleep(time.Hour) // the laptop slept
		woke := time.Now()
		for range 5 {
			d.ReadFrame(pcm)
		}
		if got := time.Since(woke); got != 100*time.Millisecond {
			t.Errorf("5 frames after the stall took %v, want 100 ms: a burst", got)
		}
	})
}

func TestCloseUnblocksAtOnce(t *testing.T) {
	devices := map[string]func(t *testing.T) Device{
		"silence":    func(*testing.T) Device { return NewSilence(8000) },
		"tone":       func(*testing.T) Device { return NewToneSource(8000, 1000, -10) },
		"source":     func(t *testing.T) Device { return openSource(t, writeWAV(t, 8000, 1, 8), 8000) },
		"sink":       func(t *testing.T) Device { return createSink(t, filepath.Join(t.TempDir(), "x.wav")) },
		"split":      func(*testing.T) Device { return Split(NewSilence(8000), NewSilence(8000)) },
		"switch":     func(*testing.T) Device { return NewSwitch(8000) },
		"conference": func(*testing.T) Device { return NewMixer(NewSilence(8000)).Join() },
		"resilient": func(*testing.T) Device {
			return Resilient(NewSilence(8000), func(err error) { panic(err) })
		},
		"resilient, lost": func(*testing.T) Device { return Resilient(&faulty{Device: NewSilence(8000)}, func(error) {}) },
		"booth":           func(*testing.T) Device { return NewBooth(NewSilence(8000)) },
	}
	for name, open := range devices {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := open(t)
				minute := make([]int16, 8000*60)
				ended := make(chan error, 2)
				go func() { ended <- d.ReadFrame(minute) }()
				go func() { ended <- d.WriteFrame(make([]int16, 8000*60)) }()
				synctest.Wait()
				closing := time.Now()
				if err := d.Close(); err != nil {
					t.Error(err)
				}
				for range 2 {
					if err := <-ended; !errors.Is(err, ErrClosed) {
						t.Errorf("unblocked with %v, want ErrClosed", err)
					}
				}
				if waited := time.Since(closing); waited != 0 {
					t.Errorf("unblocked after %v", waited)
				}
				if err := d.ReadFrame(minute[:frame20]); !errors.Is(err, ErrClosed) {
					t.Errorf("read after close: %v", err)
				}
				if err := d.WriteFrame(minute[:frame20]); !errors.Is(err, ErrClosed) {
					t.Errorf("write after close: %v", err)
				}
				if err := d.Close(); err != nil {
					t.Errorf("second close: %v", err)
				}
			})
		})
	}
}

func TestToneSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := NewToneSource(8000, 1000, -16)
		defer d.Close()
		pcm := read(t, d, 8000)
		if hz := measure.Dominant(pcm, 8000); math.Abs(hz-1000) > 0.5 {
			t.Errorf("%.2f Hz, want 1000", hz)
		}
		if level := measure.Level(pcm); math.Abs(level+16) > 0.05 {
			t.Errorf("%.2f dBm0, want -16", level)
		}
	})
}

// writeWAV makes a file with a 1000 Hz sine of -10 dBm0.
func writeWAV(t *testing.T, rate, channels, samples int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "source.wav")
	w, err := wav.Create(path, rate, channels)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sineAt(samples, rate, 1000, 7163) {
		for range channels {
			if err := w.Write([]int16{s}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func openSource(t *testing.T, path string, rate int) Device {
	t.Helper()
	d, err := OpenFileSource(path, rate)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func createSink(t *testing.T, path string) Device {
	t.Helper()
	d, err := CreateFileSink(path, 8000)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestFileSourcePlaysAtTheRateAskedThenFallsSilent(t *testing.T) {
	for _, rate := range []int{8000, 16000, 44100, 48000} {
		for channels := 1; channels <= 2; channels++ {
			path := writeWAV(t, rate, channels, rate) // one second
			synctest.Test(t, func(t *testing.T) {
				d := openSource(t, path, 8000)
				defer d.Close()
				pcm := read(t, d, 16000)
				if level := measure.LevelAt(pcm[400:7600], 8000, 1000); math.Abs(level+10) > 0.1 {
					t.Errorf("rate %d, %d channels: %.2f dBm0 at 1000 Hz, want -10", rate, channels, level)
				}
				bursts := measure.FindBursts(pcm, 8000, 1000)
				if len(bursts) != 1 || bursts[0].StartMS > 4 || math.Abs(float64(bursts[0].EndMS-1000)) > 6 {
					t.Errorf("rate %d, %d channels: sounds at %v, want 0 to 1000 ms", rate, channels, bursts)
				}
				if level := measure.Level(pcm[8100:]); level != measure.Silence {
					t.Errorf("rate %d, %d channels: %.1f dBm0 after the end", rate, channels, level)
				}
			})
		}
	}
}

func TestFileSourceRefusals(t *testing.T) {
	if _, err := OpenFileSource(filepath.Join(t.TempDir(), "none.wav"), 8000); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	path := filepath.Join(t.TempDir(), "text.wav")
	os.WriteFile(path, []byte("hello, this is not sound"), 0o600)
	if _, err := OpenFileSource(path, 8000); !errors.Is(err, wav.ErrNotWAV) {
		t.Errorf("text: %v", err)
	}
	if _, err := OpenFileSource(writeWAV(t, 4000, 1, 10), 8000); !errors.Is(err, ErrRate) {
		t.Errorf("4000 Hz: %v", err)
	}
}

func readWAV(t *testing.T, path string) (pcm []int16, channels int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := wav.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]int16, 1<<20)
	n, _ := r.Read(buf)
	return buf[:n], r.Channels()
}

func TestFileSinkKeepsWhatIsPlayed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "played.wav")
	want := sineAt(8000, 8000, 700, 9000)
	synctest.Test(t, func(t *testing.T) {
		d := createSink(t, path)
		for at := 0; at < len(want); at += frame20 {
			if err := d.WriteFrame(want[at : at+frame20]); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	})
	got, _ := readWAV(t, path)
	if len(got) != len(want) {
		t.Fatalf("%d samples, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("sample %d is %d, want %d", i, got[i], want[i])
		}
	}
}

func TestSplit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.wav")
	synctest.Test(t, func(t *testing.T) {
		d := Split(NewToneSource(8000, 500, -10), createSink(t, path))
		if hz := measure.Dominant(read(t, d, 1600), 8000); math.Abs(hz-500) > 0.5 {
			t.Errorf("captures %.1f Hz, want 500", hz)
		}
		if err := d.WriteFrame(make([]int16, frame20)); err != nil {
			t.Error(err)
		}
		d.Close()
	})
	if pcm, _ := readWAV(t, path); len(pcm) != frame20 {
		t.Errorf("played %d samples, want %d", len(pcm), frame20)
	}
	defer func() {
		if recover() == nil {
			t.Error("two rates were not refused")
		}
	}()
	Split(NewSilence(8000), NewSilence(16000))
}
