//go:build cgo && speexdsp

package dsp

import (
	"fmt"
	"math"
	"testing"
)

var everything = Config{Echo: true, Noise: true, Gain: true}

// through runs a scene with speexdsp.
func (s scene) withSpeex(tb testing.TB) run {
	tb.Helper()
	e, err := newEngine(samplesIn(block, min(s.rate, coreRate)), min(s.rate, coreRate), s.cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return s.through(tb, e)
}

func level(pcm []int16) float64 { return 10 * math.Log10((float64(mean(pcm))+1e-3)/(32768*32768)) }

// A tone that somebody plays is neither noise nor speech of a wrong level: it
// passes whole, whenever it begins.
func TestTonesPass(t *testing.T) {
	for _, tt := range []struct {
		rate      int
		hz, begin float64
	}{{8000, 440, 0}, {8000, 1633, 2}, {16000, 733, 0}, {16000, 1000, 2}} {
		n := 7 * tt.rate
		sound := hiss(n, 3, -75)
		for i := int(tt.begin * float64(tt.rate)); i < n; i++ {
			sound[i] += 32768 * math.Pow(10, -22.0/20) * math.Sqrt2 * math.Sin(2*math.Pi*tt.hz*float64(i)/float64(tt.rate))
		}
		r := scene{rate: tt.rate, far: make([]int16, n), mic: microphone(sound), cfg: everything}.withSpeex(t)
		for at := tt.begin + 0.1; at < 6.9; at += 0.1 {
			if got := level(seconds(r.out, tt.rate, at, at+0.1)); math.Abs(got+22) > 1 {
				t.Errorf("%.0f Hz at %d Hz from %v s on: %.1f dBFS at %.1f s, want -22", tt.hz, tt.rate, tt.begin, got, at)
				break
			}
		}
	}
}

// With speexdsp in it the sample path allocates nothing either, at any rate, and
// is quick: a block takes a small part of its 10 ms.
func TestDeviceAllocatesNothing(t *testing.T) {
	for _, rate := range []int{8000, 16000, 48000} {
		d, err := Wrap(&silent{rate: rate}, everything)
		if err != nil {
			t.Fatal(err)
		}
		far := talk(rate, rate, 1, -20)
		pcm := make([]int16, rate/50)
		i := 0
		if got := testing.AllocsPerRun(100, func() {
			_ = d.WriteFrame(far[i : i+len(pcm)])
			_ = d.ReadFrame(pcm)
			i = (i + len(pcm)) % (len(far) - len(pcm))
		}); got != 0 {
			t.Errorf("%d Hz: %v allocations a frame", rate, got)
		}
		d.Close()
	}
}

// silent is a device without sound or pace.
type silent struct {
	stub
	rate int
}

func (s *silent) Rate() int                 { return s.rate }
func (*silent) WriteFrame([]int16) error    { return nil }
func (*silent) ReadFrame(pcm []int16) error { clear(pcm); return nil }

// BenchmarkBlock is the time of 20 ms of sound with everything on.
func BenchmarkBlock(b *testing.B) {
	for _, rate := range []int{8000, 16000, 48000} {
		b.Run(fmt.Sprintf("%d Hz", rate), func(b *testing.B) {
			n := 10 * rate
			far := talk(rate, n, 1, -20)
			mic := microphone(newRoom(rate, 0.08, 0.25, 6).echo(far), hiss(n, 3, -70))
			d, err := Wrap(&looped{silent{rate: rate}, mic, 0}, everything)
			if err != nil {
				b.Fatal(err)
			}
			defer d.Close()
			pcm := make([]int16, rate/50)
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				_ = d.WriteFrame(far[i : i+len(pcm)])
				_ = d.ReadFrame(pcm)
				i = (i + len(pcm)) % (n - len(pcm))
			}
		})
	}
}

// looped hears the same again and again.
type looped struct {
	silent
	mic []int16
	at  int
}

func (l *looped) ReadFrame(pcm []int16) error {
	copy(pcm, l.mic[l.at:])
	l.at = (l.at + len(pcm)) % (len(l.mic) - len(pcm))
	return nil
}
