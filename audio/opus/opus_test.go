//go:build cgo && opus

package opus

import (
	"math"
	"testing"
	"time"

	"star18/audio"
	"star18/audio/measure"
)

// The codec is libopus', which is tested there; what is tested here is what this
// package makes of it.

func newCodec(t testing.TB) *codec {
	t.Helper()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return c.(*codec)
}

// voice is a sine of 0.3 of full level, whose phase goes on with at.
func voice(hz float64, at, n int) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(10000 * math.Sin(2*math.Pi*hz*float64(at+i)/rate))
	}
	return pcm
}

// through codes a second in frames of this length and returns what is heard, and
// how many octets a packet had on the average.
func through(t *testing.T, from, to *codec, hz float64, frame int) (heard []int16, size int) {
	t.Helper()
	payload, pcm, packets := make([]byte, 1500), make([]int16, longest), 0
	for at := 0; at < rate; at += frame {
		n := from.Encode(payload, voice(hz, at, frame))
		got, err := to.Decode(pcm, payload[:n])
		if err != nil || got != frame {
			t.Fatalf("%d samples of %d octets, %v", got, n, err)
		}
		heard, size, packets = append(heard, pcm[:got]...), size+n, packets+1
	}
	return heard, size / packets
}

func TestSDP(t *testing.T) { // RFC 7587 section 7: the rtpmap is always opus/48000/2
	c := newCodec(t)
	if c.Name() != "opus" || c.ClockRate() != 48000 || c.Channels() != 2 || c.PayloadType() < 96 {
		t.Errorf("%s/%d/%d type %d", c.Name(), c.ClockRate(), c.Channels(), c.PayloadType())
	}
	var _ audio.Parametrised = c
	var _ audio.PacketTimer = c
	var _ audio.LossConcealer = c
	var _ audio.LossCorrector = c
}

// A tone far above the telephone's band comes through at its level, at every
// packet time that may be agreed.
func TestFullBand(t *testing.T) {
	for _, frame := range []time.Duration{10, 20, 40, 60} {
		for _, hz := range []float64{300, 1004, 7500} {
			heard, _ := through(t, newCodec(t), newCodec(t), hz, int(frame)*rate/1000)
			want := measure.LevelAt(voice(hz, 0, rate/2), rate, hz)
			if got := measure.LevelAt(heard[rate/2:], rate, hz); math.Abs(got-want) > 2 {
				t.Errorf("%d ms, %.0f Hz: %.1f dBm0, want %.1f", frame, hz, got, want)
			}
		}
	}
}

// RFC 6562: whatever is said, and whatever the peer asked for, packets have one
// length.
func TestPacketsOfOneLength(t *testing.T) {
	for _, fmtp := range []string{"", "cbr=0", "useinbandfec=1", "maxaveragebitrate=12000;maxplaybackrate=8000"} {
		c, payload, lengths := newCodec(t), make([]byte, 1500), map[int]bool{}
		c.Configure(fmtp)
		for i := range 100 {
			pcm := make([]int16, rate/50) // silence, tones that rise, and between them both
			if i%10 > 3 {
				pcm = voice(float64(200+50*i), i, len(pcm))
			}
			lengths[c.Encode(payload, pcm)] = true
		}
		if len(lengths) != 1 {
			t.Errorf("%q: lengths %v", fmtp, lengths)
		}
	}
}

func TestPacketTimes(t *testing.T) { // RFC 6716 section 2.1.4 has no 30 or 50 ms
	c := newCodec(t)
	for wish, want := range map[time.Duration]time.Duration{5: 10, 10: 10, 20: 20, 30: 20, 40: 40, 50: 40, 60: 60, 120: 60} {
		if got := c.PacketTime(wish * time.Millisecond); got != want*time.Millisecond {
			t.Errorf("%d ms: %v", wish, got)
		}
	}
}

// What a peer may ask for (RFC 7587 section 6.1) is done; what it says of itself,
// what is unknown and what makes no sense changes nothing.
func TestConfigure(t *testing.T) {
	for _, tt := range []struct {
		fmtp        string
		least, most int  // octets in 20 ms
		high        bool // 7500 Hz pass
	}{
		{"", 55, 105, true},
		{"stereo=1;sprop-stereo=1;usedtx=1;cbr=0", 55, 105, true},
		{"maxaveragebitrate=12000", 15, 40, true},
		{"maxplaybackrate=8000", 30, 105, false},
		{"MaxPlaybackRate=8000; maxaveragebitrate=20000", 25, 60, false},
		{"maxplaybackrate=48000;useinbandfec=1", 55, 130, true},
		{"maxaveragebitrate=510000", 110, 210, true},
		{"maxaveragebitrate=0", 8, 30, false},
		{"maxaveragebitrate=many;=;;nonsense;maxplaybackrate", 55, 105, true},
	} {
		from := newCodec(t)
		from.Configure(tt.fmtp)
		if _, size := through(t, from, newCodec(t), 1004, rate/50); size < tt.least || size > tt.most {
			t.Errorf("%q: %d octets a packet, want %d to %d", tt.fmtp, size, tt.least, tt.most)
		}
		heard, _ := through(t, from, newCodec(t), 7500, rate/50)
		if level := measure.LevelAt(heard[rate/2:], rate, 7500); (level > -20) != tt.high {
			t.Errorf("%q: 7500 Hz at %.1f dBm0", tt.fmtp, level)
		}
	}
}

// A lost packet is made up of the sound before it, a little weaker, and a long gap
// fades.
func TestConceal(t *testing.T) {
	from, to := newCodec(t), newCodec(t)
	through(t, from, to, 440, rate/50)
	lost := make([]int16, rate/50)
	if n := to.Conceal(lost); n != len(lost) {
		t.Fatalf("%d samples", n)
	}
	before := measure.Level(voice(440, 0, rate/50))
	if level := measure.Level(lost); math.Abs(level-before) > 10 {
		t.Errorf("made up at %.1f dBm0, before it was %.1f", level, before)
	}
	for range 50 {
		to.Conceal(lost)
	}
	if level := measure.Level(lost); level > before-20 {
		t.Errorf("still %.1f dBm0 after a second", level)
	}
	if n := to.Conceal(make([]int16, 119)); n != 0 { // 2.5 ms are the least
		t.Errorf("%d samples of 119", n)
	}
	if n := to.Conceal(make([]int16, 1000)); n != 960 {
		t.Errorf("%d samples of 1000", n)
	}
}

func TestNothingAllocates(t *testing.T) {
	c := newCodec(t)
	pcm, payload := voice(440, 0, rate/50), make([]byte, 1500)
	if n := testing.AllocsPerRun(100, func() {
		size := c.Encode(payload, pcm)
		c.Decode(pcm, payload[:size])
		c.Correct(pcm, payload[:size])
		c.Conceal(pcm)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Whatever arrives becomes a bounded number of samples or an error, and what is no
// packet time is not encoded.
func FuzzDecode(f *testing.F) {
	c := newCodec(f)
	payload := make([]byte, 1500)
	f.Add(payload[:c.Encode(payload, voice(440, 0, 960))], uint16(960))
	f.Add([]byte{}, uint16(960))
	f.Add([]byte{0xff, 0x3f, 0xff}, uint16(5760))
	f.Add([]byte{0x03, 0x30}, uint16(0))
	f.Fuzz(func(t *testing.T, payload []byte, room uint16) {
		n, err := c.Decode(make([]int16, room), payload)
		if n < 0 || n > int(room) || err != nil && n != 0 {
			t.Fatalf("%d samples into %d, %v", n, room, err)
		}
		if n := c.Encode(make([]byte, 1500), make([]int16, room)); n < 0 || n > 1500 {
			t.Fatalf("%d octets", n)
		}
		if n := c.Correct(make([]int16, room), payload); n < 0 || n > int(room) {
			t.Fatalf("%d samples corrected into %d", n, room)
		}
		c.Conceal(make([]int16, room))
	})
}

func BenchmarkCodec(b *testing.B) {
	c := newCodec(b)
	pcm, payload := voice(440, 0, rate/50), make([]byte, 1500)
	size := c.Encode(payload, pcm)
	b.Run("opus/encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.Encode(payload, pcm)
		}
	})
	b.Run("opus/decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.Decode(pcm, payload[:size])
		}
	})
	b.Run("opus/crossing into C", func(b *testing.B) { // one call that does nothing
		for b.Loop() {
			_, _ = c.decoder.LastPacketDuration()
		}
	})
}
