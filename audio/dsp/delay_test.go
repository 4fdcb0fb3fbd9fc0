package dsp

import (
	"math"
	"math/rand/v2"
	"testing"
)

// follow lets an estimator and an aligner look at a scene.
func follow(t *testing.T, rate int, far, mic []int16) run {
	t.Helper()
	return scene{rate: rate, far: far, mic: mic, cfg: Config{Echo: true}}.through(t, &fakeEngine{})
}

// fakeEngine passes sound on, and keeps what it was given.
type fakeEngine struct {
	near, far []int16
	keep      bool
	forgot    int
	closed    int
}

func (f *fakeEngine) run(pcm, far []int16, _ hold) (float64, float64) {
	if f.keep && far != nil {
		f.near, f.far = append(f.near, pcm...), append(f.far, far...)
	}
	return 1, 1
}
func (f *fakeEngine) learn(_, _ []int16) {}
func (f *fakeEngine) forget()            { f.forgot++ }
func (f *fakeEngine) close()             { f.closed++ }

// found is when a delay was found first, in seconds, and the last one, in ms.
func (r run) found() (after, last float64) {
	after = math.Inf(1)
	for i, d := range r.delay {
		if !math.IsNaN(d) && math.IsInf(after, 1) {
			after = float64(i) * block.Seconds()
		}
	}
	return after, r.delay[len(r.delay)-1]
}

// The delay of the room is the oracle: it is found within a second of speech, to
// within what the canceller has in hand before it (6 ms) and behind it.
func TestFindsTheDelay(t *testing.T) {
	for _, tt := range []struct {
		name               string
		rate               int
		delay, loss, noise float64
		near               float64 // dBFS of a talker at this end, 0 for none
		within             float64
	}{
		{"soon after", 8000, 0.005, 6, -60, 0, 1},
		{"laptop", 8000, 0.08, 6, -60, 0, 1},
		{"laptop, wideband", 16000, 0.08, 6, -60, 0, 1},
		{"slow sound server", 16000, 0.3, 10, -60, 0, 1},
		{"soft echo in noise", 8000, 0.12, 25, -50, 0, 2},
		{"both talk", 8000, 0.2, 10, -50, -20, 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := 8 * tt.rate
			far := talk(tt.rate, n, 1, -20)
			parts := [][]float64{newRoom(tt.rate, tt.delay, 0.25, tt.loss).echo(far), hiss(n, 3, tt.noise)}
			if tt.near != 0 {
				parts = append(parts, floats(talk(tt.rate, n, 99, tt.near)))
			}
			after, last := follow(t, tt.rate, far, microphone(parts...)).found()
			if after > tt.within || last < 1000*tt.delay-2 || last > 1000*tt.delay+6 {
				t.Errorf("found %.2f ms after %.2f s, want %.0f ms within %v s", last, after, 1000*tt.delay, tt.within)
			}
		})
	}
}

// Where nothing comes back there is nothing to find: the canceller stays away.
func TestFindsNoDelayWithoutEcho(t *testing.T) {
	const rate, n = 8000, 20 * 8000
	sine := func(from int, hz ...float64) []int16 { // beginning together would tell the delay
		out := make([]float64, n)
		for i := from; i < n; i++ {
			for _, f := range hz {
				out[i] += 6000 * math.Sin(2*math.Pi*f*float64(i)/rate)
			}
		}
		return microphone(out)
	}
	talker, other := talk(rate, n, 1, -20), talk(rate, n, 99, -20)
	for _, tt := range []struct {
		name     string
		far, mic []int16
	}{
		{"two talkers", talker, other},
		{"silence", make([]int16, n), make([]int16, n)},
		{"one tone on both sides", sine(0, 1000), sine(9000, 1000)},
		{"ring-back on both sides", sine(0, 440, 480), sine(9000, 440, 480)},
		// Our own voice comes back from the far end 100 ms after it was heard.
		{"echo test", shifted(other, rate/10), other},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if after, d := follow(t, rate, tt.far, tt.mic).found(); !math.IsInf(after, 1) {
				t.Errorf("found %.1f ms after %.1f s", d, after)
			}
		})
	}
}

func shifted(pcm []int16, by int) []int16 {
	return append(make([]int16, by), pcm[:len(pcm)-by]...)
}

// A delay that changes in the middle is followed.
func TestFollowsTheDelay(t *testing.T) {
	const rate, n = 8000, 8 * 8000
	far := talk(rate, n, 1, -20)
	near, late := newRoom(rate, 0.06, 0.2, 8).echo(far), newRoom(rate, 0.21, 0.2, 8).echo(far)
	mic := microphone(append(near[:n/2:n/2], late[n/2:]...), hiss(n, 3, -60))
	r := follow(t, rate, far, mic)
	if before := r.delay[390]; math.Abs(before-60) > 4 {
		t.Errorf("before: %.1f ms, want 60", before)
	}
	at := 0
	for i, d := range r.delay[400:] {
		if math.Abs(d-210) < 6 {
			at = 10 * i
			break
		}
	}
	if at == 0 || at > 2000 {
		t.Errorf("followed after %d ms, want within 2 s", at)
	}
}

// An echo that ends (a headset was plugged in) is noticed, some time later.
func TestGivesUpAnEchoThatEnds(t *testing.T) {
	const rate, n = 8000, 30 * 8000
	far := talk(rate, n, 1, -20)
	echo := newRoom(rate, 0.06, 0.2, 8).echo(far)
	clear(echo[n/5:])
	r := follow(t, rate, far, microphone(echo, hiss(n, 3, -60)))
	if math.IsNaN(r.delay[590]) {
		t.Error("not found at all")
	}
	if last := r.delay[len(r.delay)-1]; !math.IsNaN(last) {
		t.Errorf("still %.1f ms, 24 s after its end", last)
	}
}

// The fast transform against the sum that defines it.
func TestFFT(t *testing.T) {
	const n = 32
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]complex64, n)
	for i := range x {
		x[i] = complex(float32(r.NormFloat64()), float32(r.NormFloat64()))
	}
	got := append([]complex64(nil), x...)
	newFFT(n).transform(got)
	for k := range got {
		want := complex128(0)
		for i, v := range x {
			s, c := math.Sincos(-2 * math.Pi * float64(i*k) / n)
			want += complex128(v) * complex(c, s)
		}
		if d := complex128(got[k]) - want; math.Hypot(real(d), imag(d)) > 1e-4 {
			t.Errorf("bin %d: %v, want %v", k, got[k], want)
		}
	}
}
