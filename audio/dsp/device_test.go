package dsp

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"star18/audio"
)

// Frames of any length come out as they went in: at once if they are made of
// whole blocks, else one block later.
func TestFrames(t *testing.T) {
	for _, tt := range []struct {
		name  string
		sizes []int
		late  int
	}{
		{"20 ms", []int{160}, 0},
		{"30 ms and 10 ms", []int{240, 80}, 0},
		{"odd", []int{7, 160, 33, 240, 81}, 80},
		{"shorter than a block", []int{40}, 80},
	} {
		f := newFrames(80)
		var in, out []int16
		for i, size := 0, 0; len(in) < 8000; i++ {
			size = tt.sizes[i%len(tt.sizes)]
			pcm := make([]int16, size)
			for k := range pcm {
				pcm[k] = int16(len(in) + k + 1)
			}
			in = append(in, pcm...)
			f.through(pcm, func(b []int16) {
				if len(b) != 80 {
					t.Fatalf("%s: a block of %d", tt.name, len(b))
				}
			})
			out = append(out, pcm...)
		}
		if !slices.Equal(out, shifted(in, tt.late)) {
			t.Errorf("%s: not the same, %d samples later", tt.name, tt.late)
		}
	}
}

// stub is a device without a pace, whose loudspeaker is heard by its microphone
// as a loop of so many samples.
type stub struct {
	rate   int
	mu     sync.Mutex
	loop   []int16
	closed bool
}

func (s *stub) Rate() int { return s.rate }
func (s *stub) WriteFrame(pcm []int16) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loop = append(s.loop, pcm...)
	return nil
}

func (s *stub) ReadFrame(pcm []int16) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return audio.ErrClosed
	}
	n := copy(pcm, s.loop)
	clear(pcm[n:])
	s.loop = s.loop[n:]
	return nil
}

func (s *stub) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

// One goroutine plays, one listens, one closes: no race, and the engine is freed
// once, with nobody inside.
func TestDeviceIsClosedUnderItsUsers(t *testing.T) {
	e := &fakeEngine{}
	d, err := wrap(&stub{rate: 8000}, Config{Echo: true}, e)
	if err != nil {
		t.Fatal(err)
	}
	var users sync.WaitGroup
	ready := make(chan struct{}, 2)
	users.Go(func() {
		for i := range 500 {
			if i == 100 {
				ready <- struct{}{}
			}
			_ = d.WriteFrame(make([]int16, 160))
		}
	})
	users.Go(func() {
		pcm := make([]int16, 160)
		for i := 0; ; i++ {
			if i == 100 {
				ready <- struct{}{}
			}
			if err := d.ReadFrame(pcm); err != nil {
				if !errors.Is(err, audio.ErrClosed) {
					t.Error(err)
				}
				return
			}
		}
	})
	<-ready
	<-ready
	for range 2 {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	users.Wait()
	if e.closed != 1 {
		t.Errorf("freed %d times", e.closed)
	}
}

// A ring that nobody reads loses the newest, and says that it has.
func TestRing(t *testing.T) {
	r := newRing(100)
	in := make([]int16, 150)
	for i := range in {
		in[i] = int16(i)
	}
	r.write(in[:100])
	if r.broken.Load() {
		t.Error("broken while there is room")
	}
	r.write(in[100:])
	if !r.broken.Load() {
		t.Error("a loss goes untold")
	}
	out := make([]int16, 200)
	if n := r.read(out); n != 128 || !slices.Equal(out[:n], in[:n]) {
		t.Errorf("read %d", n)
	}
}

func TestWrapRefusesOddRates(t *testing.T) {
	for _, rate := range []int{4000, 11025, 44100, 96000} {
		if _, err := Wrap(&stub{rate: rate}, Config{Noise: true}); !errors.Is(err, ErrRate) {
			t.Errorf("%d Hz: %v", rate, err)
		}
	}
}
