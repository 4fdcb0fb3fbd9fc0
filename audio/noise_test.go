package audio

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// darkNoise is first-order noise of an RMS, whose neighbours correlate by 0.8.
func darkNoise(samples int, rms float64, seed uint64) []int16 {
	random := rand.New(rand.NewPCG(seed, 2))
	pcm, last := make([]int16, samples), 0.0
	for i := range pcm {
		last = 0.8*last + 0.6*rms*random.NormFloat64()
		pcm[i] = clip(last)
	}
	return pcm
}

// The worked figures are those of RFC 3389: section 3.1 (0 dBov is a square wave
// of 8031 in mu-law's 14 bits), section 3.2 (k = 258(N-127)/32768).
func TestNoisePayload(t *testing.T) {
	s := noiseShape{rms: 32124}
	s.reflection[0], s.reflection[1], s.reflection[2] = 0, 258*127/32768.0, -258*127/32768.0
	payload := make([]byte, MaxNoisePayload)
	if n := s.put(payload); n != 11 || payload[0] != 0 || payload[1] != 127 || payload[2] != 254 || payload[3] != 0 {
		t.Errorf("%d octets, % d", n, payload)
	}
	got, ok := parseNoise([]byte{20, 127, 254, 0})
	if !ok || math.Abs(got.rms-3212.4) > 0.1 || got.reflection[1] != s.reflection[1] || got.reflection[2] != s.reflection[2] {
		t.Errorf("%+v, %v", got, ok)
	}
	if got, ok := parseNoise([]byte{127}); !ok || got.rms != 0 {
		t.Errorf("-127 dBov: %+v, %v", got, ok)
	}
	if _, ok := parseNoise(nil); ok {
		t.Error("nothing is a payload")
	}
	long := make([]byte, 100)
	for i := range long {
		long[i] = 255 // reserved bit, invalid coefficients, more than we have
	}
	if got, ok := parseNoise(long); !ok || got.rms != 0 || got.reflection[9] >= 1 {
		t.Errorf("%+v, %v", got, ok)
	}
}

// Noise that is measured, sent, received and made again has the level and the
// spectrum that it had, within the steps of the payload (1 dB).
func TestNoiseKeepsItsShape(t *testing.T) {
	pcm := darkNoise(16000, 500, 1)
	shape, payload := shapeOf(pcm), make([]byte, MaxNoisePayload)
	n := shape.put(payload)
	got, _ := parseNoise(payload[:n])
	made, c := make([]int16, 16000), newComfortNoise()
	c.set(got)
	for i := range made {
		made[i] = clip(c.next())
	}
	if was, is := rootMeanSquare(pcm), rootMeanSquare(made); math.Abs(20*math.Log10(is/was)) > 1 {
		t.Errorf("RMS %.0f, it was %.0f", is, was)
	}
	for lag := 1; lag <= 4; lag++ {
		was, is := likeness(pcm[lag:], pcm[:len(pcm)-lag]), likeness(made[lag:], made[:len(made)-lag])
		if math.Abs(was-is) > 0.06 {
			t.Errorf("correlation over %d samples is %.2f, it was %.2f", lag, is, was)
		}
	}
}

// The most resonant coefficients that a payload can hold leave the noise finite.
func TestNoiseIsStable(t *testing.T) {
	for _, k := range []byte{0, 254} {
		s, _ := parseNoise([]byte{0, k, k, k, k, k, k, k, k, k, k})
		c := newComfortNoise()
		c.set(s)
		for range 100000 {
			if v := c.next(); math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatal(v)
			}
		}
	}
}

// The playout rests from a comfort noise packet on, as loud and as dark as it
// says, counts neither an underrun nor a loss, and takes up speech again.
func TestPlayoutRests(t *testing.T) {
	s, l := newSender(160), newListener()
	for range 50 {
		l.put(s.next())
		l.tick()
	}
	shape, payload := shapeOf(darkNoise(8000, 300, 3)), make([]byte, MaxNoisePayload)
	n := shape.put(payload)
	p := s.next()
	l.PutNoise(p.seq, p.ts, payload[:n], l.now)
	l.tick()
	var rest []int16
	for i := range 100 {
		s.sent, s.ts = s.sent+160, s.ts+160
		if pcm := l.tick(); i >= 10 {
			rest = append(rest, pcm...)
		}
	}
	if rms := rootMeanSquare(rest); rms < 240 || rms > 375 {
		t.Errorf("RMS %.0f in the pause, the packet says 300", rms)
	}
	if c := likeness(rest[1:], rest[:len(rest)-1]); c < 0.7 || c > 0.9 {
		t.Errorf("neighbours correlate by %.2f, the packet says 0.8", c)
	}
	mark := s.sent
	for i := range 20 {
		p := s.next()
		l.Put(p.seq, p.ts, i == 0, p.payload, l.now)
		l.tick()
	}
	if l.find(s, mark+80, 10*160) < 0 {
		t.Error("the speech after the pause is not there")
	}
	if got := l.Stats(); got.Lost+got.Late+got.Underruns+got.Gaps+got.Concealed+got.Discarded != 0 {
		t.Errorf("stats %+v", got)
	}
	noClick(t, l.played[:40*160], 440, 8000)
}

// Speech is sent, silence is not: of a voice with pauses of two seconds, with
// noise behind it, no packet with speech in it is held back, most of the pauses
// are, and each begins with a description.
func TestSuppressor(t *testing.T) {
	const packet = 160
	background := darkNoise(8000*40, 25, 4)
	talk := voice(8000, 40, 118, 25)
	s, payload := NewSuppressor(8000), make([]byte, MaxNoisePayload)
	var lost, spoken, sent, pauses, told int
	before := ActivitySpeech
	for at := 0; at+packet <= len(talk); at += packet {
		frame := append([]int16(nil), background[at:at+packet]...)
		quiet := at/8000%4 >= 2
		power := 0.0
		for i := range frame {
			if !quiet {
				frame[i] = clip(float64(frame[i]) + float64(talk[at+i]))
				power += float64(talk[at+i]) * float64(talk[at+i]) / packet
			}
		}
		activity, n := s.Step(payload, frame)
		switch {
		case power > 150*150 && activity != ActivitySpeech:
			lost++
		case power > 150*150:
			spoken++
		case quiet && at > 8000*8:
			pauses++
			if activity == ActivitySpeech {
				sent++
			}
		}
		if activity != ActivitySpeech && before == ActivitySpeech && activity != ActivityNoise {
			t.Fatal("a pause begins without a description")
		}
		if activity == ActivityNoise {
			told++
			if shape, _ := parseNoise(payload[:n]); at > 8000*4 && (shape.rms < 15 || shape.rms > 45) {
				t.Errorf("at %d ms the background is told with RMS %.0f, it has 25", at/8, shape.rms)
			}
		}
		before = activity
	}
	t.Logf("%d packets of speech, %d lost; %d of pauses, %d sent; %d descriptions", spoken, lost, pauses, sent, told)
	if lost > 0 {
		t.Errorf("%d packets of speech were held back", lost)
	}
	if sent*5 > pauses {
		t.Errorf("%d of %d packets of pauses were sent", sent, pauses)
	}
}

// A description comes at once with the silence, then when the level changes by
// 3 dB, else once a second.
func TestSuppressorTellsChanges(t *testing.T) {
	s, payload := NewSuppressor(8000), make([]byte, MaxNoisePayload)
	var at []int
	for i := range 300 { // 6 s
		rms := 20.0
		if i >= 175 {
			rms = 5
		}
		if a, _ := s.Step(payload, darkNoise(160, rms, uint64(i))); a == ActivityNoise {
			at = append(at, i*20)
		}
	}
	if len(at) < 6 || len(at) > 12 || at[0] < int(speechFirst/time.Millisecond)-40 || at[1]-at[0] > 1020 {
		t.Errorf("descriptions at %v ms", at)
	}
}

func TestSuppressorDoesNotAllocate(t *testing.T) {
	s, payload, pcm := NewSuppressor(8000), make([]byte, MaxNoisePayload), darkNoise(160, 20, 1)
	if n := testing.AllocsPerRun(200, func() { s.Step(payload, pcm) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// shapeOf measures noise: autocorrelation and Levinson's recursion.
func shapeOf(pcm []int16) (s noiseShape) {
	var r [noiseOrder + 1]float64
	for lag := range r {
		for n := lag; n < len(pcm); n++ {
			r[lag] += float64(pcm[n]) * float64(pcm[n-lag])
		}
	}
	return shapeFrom(&r, len(pcm))
}
