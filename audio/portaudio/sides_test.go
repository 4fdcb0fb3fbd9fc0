package portaudio

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio"
	"star18/audio/measure"
)

// The card of these tests calls back in virtual time, in blocks of its own
// size, as a real one does; what it hears is a 1000 Hz sine of -10 dBm0.

type fakeCard struct {
	capture  *capture
	playback *playback
	block    int
	rate     int
	heard    int // samples
	stop     chan struct{}

	mu     sync.Mutex
	played []int16 // first channel
}

func newFakeCard(t *testing.T, card, rate, block, channels int) *fakeCard {
	t.Helper()
	c, err := newCapture(card, rate, channels)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPlayback(card, rate, channels)
	if err != nil {
		t.Fatal(err)
	}
	return &fakeCard{capture: c, playback: p, block: block, rate: card, stop: make(chan struct{})}
}

// callback is one block.
func (f *fakeCard) callback() {
	in := make([]int16, f.block*f.capture.channels)
	for i := range f.block {
		in[i*f.capture.channels] = int16(7163 * math.Sin(2*math.Pi*1000*float64(f.heard+i)/float64(f.rate)))
	}
	f.heard += f.block
	f.capture.fromCard(in)
	out := make([]int16, f.block*f.playback.channels)
	for i := range out {
		out[i] = -1 // what the library leaves in its buffers
	}
	f.playback.toCard(out)
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := 0; i < len(out); i += f.playback.channels {
		f.played = append(f.played, out[i])
	}
}

// sound is what was played since the last call.
func (f *fakeCard) sound() []int16 {
	f.mu.Lock()
	defer f.mu.Unlock()
	pcm := f.played
	f.played = nil
	return pcm
}

// run calls back in real time until stopped.
func (f *fakeCard) run() {
	start := time.Now()
	for n := 1; ; n++ {
		next := start.Add(time.Duration(n*f.block) * time.Second / time.Duration(f.rate))
		select {
		case <-time.After(time.Until(next)):
			f.callback()
		case <-f.stop:
			return
		}
	}
}

func TestCardAtAnyRateAndBlock(t *testing.T) {
	for _, c := range []struct{ card, rate, block, channels int }{
		{48000, 8000, 480, 1}, {44100, 8000, 256, 2}, {44100, 8000, 1102, 2}, {48000, 16000, 2048, 1}, {8000, 8000, 64, 1},
	} {
		t.Run(fmt.Sprintf("%d to %d in %d", c.card, c.rate, c.block), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFakeCard(t, c.card, c.rate, c.block, c.channels)
				go f.run()
				defer close(f.stop)
				closed := make(chan struct{})
				start := time.Now()
				go func() {
					phase, pcm := 0.0, make([]int16, c.rate/50)
					for range 250 {
						for i := range pcm {
							pcm[i] = int16(7163 * math.Sin(phase))
							phase += 2 * math.Pi * 700 / float64(c.rate)
						}
						if err := f.playback.write(pcm, closed); err != nil {
							t.Error(err)
						}
					}
				}()
				heard := make([]int16, 5*c.rate)
				for at := 0; at < len(heard); at += c.rate / 50 {
					if err := f.capture.read(heard[at:at+c.rate/50], closed); err != nil {
						t.Fatal(err)
					}
				}
				late := time.Since(start) - 5*time.Second
				if most := time.Duration(c.block)*time.Second/time.Duration(c.card) + 5*time.Millisecond; late < 0 || late > most {
					t.Errorf("five seconds were read with a delay of %v, at most %v expected", late, most)
				}
				pure(t, "heard", heard[c.rate:], c.rate, 1000)
				pure(t, "played", f.sound()[c.card:4*c.card], c.card, 700)
				if f.capture.overruns.Load() != 0 || f.playback.underruns.Load() != 0 {
					t.Errorf("%d overruns, %d underruns", f.capture.overruns.Load(), f.playback.underruns.Load())
				}
			})
		})
	}
}

// pure says that a slice is one sine of -10 dBm0, unbroken.
func pure(t *testing.T, what string, pcm []int16, rate int, hz float64) {
	t.Helper()
	at, all := measure.LevelAt(pcm, rate, hz), measure.Level(pcm)
	if math.Abs(at+10) > 0.1 || math.Abs(all-at) > 0.1 {
		t.Errorf("%s: %.2f dBm0 at %v Hz of %.2f in all, want -10", what, at, hz, all)
	}
}

// What WriteFrame queues is played soon.
func TestPlaybackDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeCard(t, 48000, 8000, 480, 1)
		go f.run()
		defer close(f.stop)
		pcm := make([]int16, 160)
		for n := range 100 {
			if n == 50 {
				f.sound()
				for i := range pcm {
					pcm[i] = 10000
				}
			}
			if err := f.playback.write(pcm, nil); err != nil {
				t.Fatal(err)
			}
		}
		for i, s := range f.sound() {
			if s > 5000 {
				if delay := i * 1000 / 48000; delay > 25 { // reserve of one block, filter, one block
					t.Errorf("played after %d ms", delay)
				}
				return
			}
		}
		t.Error("never played")
	})
}

// A card that does not come back costs one frame's patience, then nothing: who
// reads is told at once that it is late, and after half a second that it stalls.
func TestStallIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeCard(t, 48000, 8000, 480, 1)
		go f.run()
		pcm := make([]int16, 160)
		for range 10 {
			if err := errors.Join(f.capture.read(pcm, nil), f.playback.write(pcm, nil)); err != nil {
				t.Fatal(err)
			}
		}
		close(f.stop) // unplugged
		for what, move := range map[string]func([]int16, <-chan struct{}) error{"read": f.capture.read, "write": f.playback.write} {
			stalled, waited := time.Now(), 0
			var err error
			for err == nil || errors.Is(err, audio.ErrLate) {
				before := time.Now()
				if err = move(pcm, nil); time.Since(before) > 0 {
					waited++
				}
				time.Sleep(20 * time.Millisecond) // the silence instead of the frame
			}
			if !errors.Is(err, ErrStalled) || time.Since(stalled) > 600*time.Millisecond || waited > 2 {
				t.Errorf("%s: %v after %v, waited for %d times; want ErrStalled within 600 ms, and one wait", what, err, time.Since(stalled), waited)
			}
		}
	})
}

// A card that pauses loses what was written meanwhile, and plays what comes then
// without more delay than before.
func TestPauseOfTheCardAddsNoDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeCard(t, 48000, 8000, 480, 1)
		run := func(d time.Duration) {
			f.stop = make(chan struct{})
			go f.run()
			pcm := make([]int16, 160)
			for end := time.Now().Add(d); time.Now().Before(end); {
				if f.playback.write(pcm, nil) != nil {
					time.Sleep(20 * time.Millisecond) // the silence instead of the frame
				}
			}
			close(f.stop)
			synctest.Wait()
		}
		run(time.Second)
		for range 15 { // the card pauses
			f.playback.write(make([]int16, 160), nil)
			time.Sleep(20 * time.Millisecond)
		}
		run(time.Second)
		if ms := f.playback.ring.len() * 1000 / 48000; ms > 31 { // reserve of one block, one frame
			t.Errorf("%d ms wait to be played", ms)
		}
	})
}

// Sound that piled up at the start and only stands in the ring is given up.
func TestStandingSoundIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeCard(t, 48000, 8000, 480, 1)
		go f.run()
		defer close(f.stop)
		time.Sleep(45 * time.Millisecond) // below what keepUp takes for late
		pcm := make([]int16, 160)
		for range 100 {
			f.capture.read(pcm, nil)
		}
		if ms := f.capture.ring.len() * 1000 / 48000; ms > 15 {
			t.Errorf("%d ms of old sound still stand in the ring", ms)
		}
		if n := f.capture.overruns.Load(); n != 0 {
			t.Errorf("%d overruns", n)
		}
	})
}

// The null and file devices of ALSA call back as fast as they can.
func TestDeviceWithoutPaceIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeCard(t, 48000, 8000, 480, 1)
		var racing sync.WaitGroup
		racing.Go(func() {
			for {
				select {
				case <-f.stop:
					return
				default:
					f.callback()
				}
			}
		})
		pcm := make([]int16, 160)
		var reading, writing error
		for n := 0; n < 1000 && reading == nil; n++ {
			reading = f.capture.read(pcm, nil)
		}
		for n := 0; n < 1000 && writing == nil; n++ {
			writing = f.playback.write(pcm, nil)
		}
		close(f.stop)
		racing.Wait()
		if !errors.Is(reading, ErrUnpaced) || !errors.Is(writing, ErrUnpaced) {
			t.Errorf("read: %v, write: %v; want ErrUnpaced", reading, writing)
		}
	})
}

func TestCloseUnblocksBothSides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeCard(t, 48000, 8000, 480, 1)
		go f.run()
		defer close(f.stop)
		closed, ended := make(chan struct{}), make(chan error)
		go func() { ended <- f.capture.read(make([]int16, 8000*60), closed) }()
		go func() { ended <- f.playback.write(make([]int16, 8000*60), closed) }()
		time.Sleep(time.Second)
		closing := time.Now()
		close(closed)
		for range 2 {
			if err := <-ended; !errors.Is(err, audio.ErrClosed) {
				t.Errorf("unblocked with %v", err)
			}
		}
		if after := time.Since(closing); after != 0 {
			t.Errorf("unblocked after %v", after)
		}
	})
}

// A reader that was away does not hear old sound for the rest of the call.
func TestReaderCatchesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeCard(t, 48000, 8000, 480, 1)
		go f.run()
		defer close(f.stop)
		pcm := make([]int16, 160)
		for range 10 {
			f.capture.read(pcm, nil)
		}
		away := func(d time.Duration, overruns uint64) {
			t.Helper()
			before := f.capture.overruns.Load()
			time.Sleep(d)
			for range 5 {
				f.capture.read(pcm, nil)
			}
			if waiting := f.capture.ring.len() * 1000 / 48000; waiting > 60 {
				t.Errorf("away %v: %d ms of old sound still wait", d, waiting)
			}
			if n := f.capture.overruns.Load() - before; n != overruns {
				t.Errorf("away %v: %d overruns counted, want %d", d, n, overruns)
			}
		}
		away(15*time.Millisecond, 0)  // ordinary
		away(95*time.Millisecond, 1)  // late
		away(300*time.Millisecond, 0) // nobody listened
		away(2*time.Second, 0)        // nor here, and the ring was full
	})
}

// A writer that is late now and then makes the reserve grow until it is not
// late any more; one that pauses does not.
func TestReserveLearnsFromUnderruns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeCard(t, 48000, 8000, 480, 1)
		go f.run()
		defer close(f.stop)
		pcm := make([]int16, 160)
		late := func(times int, by time.Duration) (underruns uint64) {
			before := f.playback.underruns.Load()
			for range times {
				for range 5 {
					f.playback.write(pcm, nil)
				}
				time.Sleep(by)
			}
			return f.playback.underruns.Load() - before
		}
		if n := late(20, 45*time.Millisecond); n == 0 || n > 8 {
			t.Errorf("%d underruns until the reserve was learnt, want a few", n)
		}
		if n := late(20, 45*time.Millisecond); n != 0 {
			t.Errorf("%d underruns after that", n)
		}
		learnt := f.playback.cushion.thick
		if n := late(20, 2*time.Second); n != 0 || f.playback.cushion.thick > learnt {
			t.Errorf("pauses count as %d underruns", n)
		}
	})
}

// What the library left in its buffer is never played.
func TestWhatIsMissingIsSilence(t *testing.T) {
	f := newFakeCard(t, 48000, 48000, 480, 2)
	f.playback.ring.write([]int16{5, 6}, 1)
	out := []int16{9, 9, 9, 9, 9, 9, 9, 9}
	f.playback.toCard(out)
	if want := []int16{5, 5, 6, 6, 0, 0, 0, 0}; !slices.Equal(out, want) {
		t.Errorf("played %v, want %v", out, want)
	}
}

// With one direction missing, the other's callback drives both.
func TestMissingDirections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeCard(t, 48000, 8000, 480, 2)
		start := time.Now()
		go func() {
			for {
				select {
				case <-time.After(10 * time.Millisecond):
					f.capture.fromNowhere(480)
					f.playback.toNowhere(480)
				case <-f.stop:
					return
				}
			}
		}()
		defer close(f.stop)
		pcm := []int16{1, 159: 1}
		for range 50 {
			if err := f.capture.read(pcm, nil); err != nil {
				t.Fatal(err)
			}
			if measure.Level(pcm) != measure.Silence {
				t.Fatal("no silence")
			}
		}
		if took := time.Since(start); took < 995*time.Millisecond || took > 1015*time.Millisecond {
			t.Errorf("a second was heard in %v", took)
		}
		start = time.Now()
		for range 50 {
			if err := f.playback.write(pcm, nil); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took < 950*time.Millisecond || took > 1010*time.Millisecond {
			t.Errorf("a second was played in %v", took)
		}
	})
}

func TestCallbackDoesNotAllocate(t *testing.T) {
	f := newFakeCard(t, 48000, 8000, 480, 2)
	in, out := make([]int16, 960), make([]int16, 960)
	allocs := testing.AllocsPerRun(200, func() {
		f.capture.fromCard(in)
		f.capture.fromNowhere(480)
		f.playback.toCard(out)
		f.playback.toNowhere(480)
	})
	if allocs != 0 {
		t.Errorf("%v allocations a callback", allocs)
	}
}

func TestFramesDoNotAllocate(t *testing.T) {
	f := newFakeCard(t, 48000, 8000, 480, 1)
	in, out, pcm := make([]int16, 480), make([]int16, 480), make([]int16, 80)
	f.playback.heart.started = f.playback.heart.started.Add(-time.Hour)
	f.capture.heart.started = f.playback.heart.started
	allocs := testing.AllocsPerRun(200, func() {
		f.capture.fromCard(in)
		f.playback.toCard(out)
		f.capture.fromCard(in)
		f.playback.toCard(out)
		f.capture.read(pcm, nil)
		f.capture.read(pcm, nil)
		f.playback.write(pcm, nil)
	})
	if allocs != 0 {
		t.Errorf("%v allocations a frame", allocs)
	}
}
