package dtmf

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"star18/audio"
	"star18/audio/measure"
)

// sound is a buffer of samples that tests add to.
type sound struct {
	rate int
	pcm  []float64
}

func (s *sound) samples(d time.Duration) int { return int(d.Seconds() * float64(s.rate)) }

func (s *sound) silence(d time.Duration) { s.pcm = append(s.pcm, make([]float64, s.samples(d))...) }

// pair adds two sines with their levels in dBm0.
func (s *sound) pair(d time.Duration, row, rowLevel, column, columnLevel float64) {
	a, b := zeroLevel*math.Pow(10, rowLevel/20), zeroLevel*math.Pow(10, columnLevel/20)
	for i := range s.samples(d) {
		x := 2 * math.Pi * float64(i) / float64(s.rate)
		s.pcm = append(s.pcm, a*math.Sin(x*row)+b*math.Sin(x*column))
	}
}

// found is what a detector finds, fed 20 ms at a time, with the codec in between
// if there is one.
func (s *sound) found(codec audio.Codec) (keys string) {
	s.silence(100 * time.Millisecond)
	d := NewDetector(s.rate)
	frame, octets := make([]int16, s.rate/50), make([]byte, s.rate/50)
	for i := 0; i+len(frame) <= len(s.pcm); i += len(frame) {
		for j := range frame {
			frame[j] = int16(max(-32768, min(32767, math.Round(s.pcm[i+j]))))
		}
		if codec != nil {
			_, _ = codec.Decode(frame, octets[:codec.Encode(octets, frame)])
		}
		if key, ok := d.Feed(frame); ok {
			keys += key.String()
		}
	}
	return keys
}

const all = "123A456B789C*0#D"

// Every key at every rate and through both laws, typed as fast as Q.24 allows
// at all places of the block grid.
func TestDetectorFindsKeys(t *testing.T) {
	ulaw, _ := audio.NewCodec("PCMU")
	alaw, _ := audio.NewCodec("PCMA")
	for _, rate := range []int{8000, 16000, 48000} {
		for _, codec := range []audio.Codec{nil, ulaw, alaw} {
			for offset := range 13 {
				s := &sound{rate: rate}
				s.silence(time.Duration(offset) * time.Millisecond)
				for _, e := range all {
					key, _ := parseKey(e)
					row, column, _ := frequencies(key)
					s.pair(45*time.Millisecond, float64(row), -16, float64(column), -16)
					s.silence(45 * time.Millisecond)
				}
				if got := s.found(codec); got != all {
					t.Errorf("%d Hz, %d ms in: %q, want %q", rate, offset, got, all)
				}
			}
		}
	}
}

// The bounds of ITU-T Q.24 (annex A): what must be taken and what must not.
func TestDetectorBounds(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		name             string
		held             time.Duration
		row, rowLevel    float64
		column, colLevel float64
		want             string
	}{
		{"plain", 50 * ms, 770, -10, 1336, -10, "5"},
		{"loud", 50 * ms, 770, 0, 1336, 0, "5"},
		{"faint", 50 * ms, 770, -29, 1336, -29, "5"},
		{"too faint", 80 * ms, 770, -40, 1336, -40, ""},
		{"long", 3000 * ms, 770, -10, 1336, -10, "5"},
		{"too short", 22 * ms, 770, -10, 1336, -10, ""},
		{"low by 1.5 %", 60 * ms, 770 * 0.985, -10, 1336 * 0.985, -10, "5"},
		{"high by 1.5 %", 60 * ms, 770 * 1.015, -10, 1336 * 1.015, -10, "5"},
		{"the highest, by 1.5 %", 60 * ms, 941 * 1.015, -10, 1633 * 1.015, -10, "D"},
		{"row off by 5 %", 100 * ms, 770 * 1.05, -10, 1336, -10, ""},
		{"column off by 5 %", 100 * ms, 770, -10, 1336 * 1.05, -10, ""},
		{"column louder by 6 dB", 60 * ms, 770, -16, 1336, -10, "5"},
		{"row louder by 4 dB", 60 * ms, 770, -10, 1336, -14, "5"},
		{"column louder by 14 dB", 100 * ms, 770, -24, 1336, -10, ""},
		{"row louder by 12 dB", 100 * ms, 770, -10, 1336, -22, ""},
		{"row alone", 100 * ms, 770, -10, 1336, -90, ""},
		{"dial tone", 500 * ms, 350, -19, 440, -19, ""},
		{"busy tone", 500 * ms, 480, -19, 620, -19, ""},
		{"two columns", 100 * ms, 1209, -10, 1477, -10, ""},
	} {
		for offset := range 13 {
			s := &sound{rate: 8000}
			s.silence(time.Duration(offset) * ms)
			s.pair(tt.held, tt.row, tt.rowLevel, tt.column, tt.colLevel)
			if got := s.found(nil); got != tt.want {
				t.Errorf("%s, %d ms in: %q, want %q", tt.name, offset, got, tt.want)
				break
			}
		}
	}
}

// A press with a gap of 9 ms in it is one press; with 45 ms it is two.
func TestDetectorInterruption(t *testing.T) {
	for gap, want := range map[time.Duration]string{9 * time.Millisecond: "5", 45 * time.Millisecond: "55"} {
		s := &sound{rate: 8000}
		for range 2 {
			s.pair(60*time.Millisecond, 770, -10, 1336, -10)
			s.silence(gap)
		}
		if got := s.found(nil); got != want {
			t.Errorf("gap of %v: %q, want %q", gap, got, want)
		}
	}
}

// White noise 15 dB below the keys takes none away and adds none.
func TestDetectorInNoise(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	s := &sound{rate: 8000}
	for range 10 {
		for _, e := range all {
			key, _ := parseKey(e)
			row, column, _ := frequencies(key)
			s.pair(60*time.Millisecond, float64(row), -16, float64(column), -16)
			s.silence(60 * time.Millisecond)
		}
	}
	sigma := zeroLevel / math.Sqrt2 * math.Pow(10, (-13.0-15)/20) // both tones have -13 dBm0
	for i := range s.pcm {
		s.pcm[i] += rnd.NormFloat64() * sigma
	}
	want := ""
	for range 10 {
		want += all
	}
	if got := s.found(nil); got != want {
		t.Errorf("%q", got)
	}
}

// speech is something like it: a voice of harmonics under moving formants, with
// vowels, hisses and pauses. It is harsher than a talker: its pitch and formants
// pass over every frequency of the keypad again and again.
func speech(rnd *rand.Rand, d time.Duration) *sound {
	s := &sound{rate: 8000}
	phase := 0.0
	for len(s.pcm) < s.samples(d) {
		pitch, glide := 80+rnd.Float64()*220, 1+(rnd.Float64()-0.5)*1e-4
		f1, f2, f3 := 250+rnd.Float64()*700, 800+rnd.Float64()*1400, 2000+rnd.Float64()*1200
		move := 1 + (rnd.Float64()-0.5)*1e-4
		level := zeroLevel * math.Pow(10, (-25+rnd.Float64()*20)/20)
		voiced := rnd.Float64() < 0.75
		for range s.samples(time.Duration(40+rnd.IntN(250)) * time.Millisecond) {
			x := rnd.NormFloat64() * 0.3
			if voiced {
				x = 0
				phase += 2 * math.Pi * pitch / 8000
				for n := 1.0; n*pitch < 3800; n++ {
					hz := n * pitch
					gain := resonance(hz, f1, 60) + 0.4*resonance(hz, f2, 90) + 0.3*resonance(hz, f3, 150)
					x += gain * math.Sin(n*phase)
				}
			}
			s.pcm = append(s.pcm, level*x)
			pitch, f1, f2 = pitch*glide, f1*move, f2/move
		}
		s.silence(time.Duration(rnd.IntN(80)) * time.Millisecond)
	}
	return s
}

func resonance(hz, at, width float64) float64 {
	d := (hz - at) / width
	return 1 / (1 + d*d)
}

// Talk-off: an hour of telephone talk may dial a few times by chance (Q.24 leaves
// the number to administrations); five minutes of this must not at all.
func TestDetectorIsNotTalkedOff(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	s := speech(rnd, 5*time.Minute)
	if got := s.found(nil); got != "" {
		t.Errorf("speech dials %q", got)
	}
	music := &sound{rate: 8000} // chords of pure sines: worse than any instrument
	for range 2000 {
		a, b := 440*math.Pow(2, float64(rnd.IntN(25)-12)/12), 880*math.Pow(2, float64(rnd.IntN(13))/12)
		music.pair(150*time.Millisecond, a, -16, b, -16)
	}
	if got := music.found(nil); len(got) > 2000/20 {
		t.Errorf("%d of 2000 chords of pure sines dial", len(got))
	}
}

// What we play is what we find, at the level that is asked for.
func TestToneIsFound(t *testing.T) {
	for _, e := range all {
		key, _ := parseKey(e)
		pcm := make([]int16, 1600)
		Tone(Press{key, DefaultHeld}, 8000).Mix(pcm[160:])
		if got, ok := NewDetector(8000).Feed(pcm); !ok || got != key {
			t.Errorf("%c is heard as %v, %v", e, got, ok)
		}
		row, column, _ := frequencies(key)
		for _, hz := range []int{row, column} {
			if level := measure.LevelAt(pcm[240:880], 8000, float64(hz)); math.Abs(level-toneLevel) > 1 {
				t.Errorf("%c: %d Hz at %.1f dBm0", e, hz, level)
			}
		}
		if tail := pcm[160+800:]; measure.LevelAt(tail, 8000, float64(row)) > -60 {
			t.Errorf("%c goes on after 100 ms", e)
		}
	}
	if Tone(Press{Flash, DefaultHeld}, 8000) != nil {
		t.Error("a hook flash sounds")
	}
}

func BenchmarkDetector(b *testing.B) {
	d, pcm := NewDetector(8000), make([]int16, 160)
	b.ReportAllocs()
	for b.Loop() {
		d.Feed(pcm)
	}
}
