package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"star18/audio/wav"
)

func TestCodecsAreThoseOfRFC3551(t *testing.T) {
	for _, want := range []struct {
		ask, name   string
		payloadType uint8
		rate, clock int
	}{
		{"PCMU", "PCMU", 0, 8000, 8000}, {"pcmu", "PCMU", 0, 8000, 8000}, {"Pcma", "PCMA", 8, 8000, 8000},
		{"pcmu/8000", "PCMU", 0, 8000, 8000},
		{"G722", "G722", 9, 16000, 8000}, // section 4.5.2: the clock is not the rate
		{"g722/8000", "G722", 9, 16000, 8000},
		{"G726-32", "G726-32", 2, 8000, 8000},
		{"AAL2-G726-32", "AAL2-G726-32", 97, 8000, 8000},
		{"L16/8000", "L16", 98, 8000, 8000}, {"L16/16000", "L16", 99, 16000, 16000}, {"L16/48000", "L16", 100, 48000, 48000},
	} {
		c, err := NewCodec(want.ask)
		if err != nil {
			t.Fatal(err)
		}
		if c.Name() != want.name || c.PayloadType() != want.payloadType || c.Rate() != want.rate || c.ClockRate() != want.clock {
			t.Errorf("%s: %s/%d type %d", want.ask, c.Name(), c.ClockRate(), c.PayloadType())
		}
	}
	for _, name := range []string{"G729", "", "PCMU/16000", "G722/16000", "L16", "L16/44100", "L16/", "PCMU/8000/1/x", "/8000"} {
		if _, err := NewCodec(name); !errors.Is(err, ErrUnknownCodec) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// everyCodec is one of each that is arithmetic.
var everyCodec = []string{"PCMU", "PCMA", "G722", "G726-32", "AAL2-G726-32", "L16/8000", "L16/16000", "L16/48000"}

// Signal to noise of a tone at -9 dBm0: G.712 asks 33 dB of G.711; G.722 has 40 dB
// in its lower band at 64 kbit/s (its section 2.5.2 with room); 32 kbit/s ADPCM has 30.
func TestCodecsKeepATone(t *testing.T) {
	for name, least := range map[string]float64{"PCMU": 36, "PCMA": 36, "G722": 38, "G726-32": 28, "AAL2-G726-32": 28, "L16/48000": 80} {
		c, _ := NewCodec(name)
		pcm := sineAt(c.Rate()/2, c.Rate(), 1004, 8000)
		payload, back := make([]byte, 2*len(pcm)), make([]int16, len(pcm))
		n := c.Encode(payload, pcm)
		if got, err := c.Decode(back, payload[:n]); got != len(pcm) || err != nil {
			t.Fatalf("%s: %d samples, %v", name, got, err)
		}
		if _, snr := residual(back[len(back)/2:], c.Rate(), 1004); snr < least {
			t.Errorf("%s: signal to noise %.1f dB, want %.0f", name, snr, least)
		}
	}
}

// 7 kHz pass through G.722, half of which no codec of 8000 Hz carries at all.
func TestG722IsWideband(t *testing.T) {
	for _, hz := range []float64{100, 300, 3500, 4500, 6500} {
		c, _ := NewCodec("G722")
		pcm := sineAt(8000, 16000, hz, 8000)
		payload := make([]byte, 4000)
		c.Encode(payload, pcm)
		c.Decode(pcm, payload)
		if level, snr := residual(pcm[4000:], 16000, hz); level < 7000 || level > 9000 || snr < 15 {
			t.Errorf("%.0f Hz: amplitude %.0f of 8000, signal to noise %.1f dB", hz, level, snr)
		}
	}
}

func TestL16IsInNetworkOrder(t *testing.T) { // RFC 3551 section 4.5.11
	c, _ := NewCodec("L16/8000")
	payload := make([]byte, 5)
	if n := c.Encode(payload, []int16{0x1234, -2, 7}); n != 4 || !bytes.Equal(payload[:4], []byte{0x12, 0x34, 0xff, 0xfe}) {
		t.Errorf("%d octets: % x", n, payload)
	}
	pcm := make([]int16, 2)
	if n, err := c.Decode(pcm, payload); n != 2 || err != nil || pcm[0] != 0x1234 || pcm[1] != -2 {
		t.Errorf("%d samples: %v, %v", n, pcm, err)
	}
}

// A packet of L16 fits into a datagram that no network cuts.
func TestL16KeepsItsPacketsShort(t *testing.T) {
	for rate, want := range map[string]time.Duration{"L16/8000": 60, "L16/16000": 30, "L16/48000": 10} {
		c, _ := NewCodec(rate)
		if got := c.(PacketTimer).PacketTime(60 * time.Millisecond); got != want*time.Millisecond {
			t.Errorf("%s: %v", rate, got)
		}
		if got := c.(PacketTimer).PacketTime(10 * time.Millisecond); got != 10*time.Millisecond {
			t.Errorf("%s: 10 ms became %v", rate, got)
		}
	}
}

func TestCodecsTakeAnyFrameLength(t *testing.T) {
	for _, name := range []string{"PCMU", "PCMA"} {
		c, _ := NewCodec(name)
		for _, n := range []int{0, 1, 80, 160, 240, 1280} {
			pcm, payload, back := sineAt(n, 8000, 300, 20000), make([]byte, n), make([]int16, n)
			if got := c.Encode(payload, pcm); got != n {
				t.Errorf("%s: %d octets of %d samples", name, got, n)
			}
			if got, err := c.Decode(back, payload); got != n || err != nil {
				t.Errorf("%s: %d samples of %d octets, %v", name, got, n, err)
			}
			if n < 160 {
				continue
			}
			if _, snr := residual(back, 8000, 300); snr < 36 { // G.712 asks 33 dB for this level
				t.Errorf("%s: signal to noise %.1f dB", name, snr)
			}
		}
		if _, err := c.Decode(make([]int16, 159), make([]byte, 160)); !errors.Is(err, ErrShortBuffer) {
			t.Errorf("%s: short buffer: %v", name, err)
		}
	}
}

// The WAV reader has the decoding laws a second time, written apart.
func TestWAVDecodesAsTheCodecs(t *testing.T) {
	for _, law := range []struct {
		tag    uint16
		decode func(byte) int16
	}{{6, decodeAlaw}, {7, decodeMulaw}} {
		le := binary.LittleEndian
		raw := append([]byte("RIFF\x00\x00\x00\x00WAVEfmt "), 16, 0, 0, 0)
		raw = le.AppendUint16(le.AppendUint16(raw, law.tag), 1)
		raw = le.AppendUint32(le.AppendUint32(raw, 8000), 8000)
		raw = append(raw, 1, 0, 8, 0, 'd', 'a', 't', 'a', 0, 1, 0, 0)
		for i := range 256 {
			raw = append(raw, byte(i))
		}
		r, err := wav.NewReader(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		pcm := make([]int16, 256)
		if n, err := r.Read(pcm); n != 256 {
			t.Fatalf("%d samples, %v", n, err)
		}
		for i, got := range pcm {
			if want := law.decode(byte(i)); got != want {
				t.Errorf("tag %d: octet %#02x is %d, want %d", law.tag, i, got, want)
			}
		}
	}
}

func TestCodecsDoNotAllocate(t *testing.T) {
	for _, name := range everyCodec {
		c, _ := NewCodec(name)
		pcm := noise(c.Rate() / 50)
		payload := make([]byte, 2*len(pcm))
		if n := testing.AllocsPerRun(100, func() {
			size := c.Encode(payload, pcm)
			c.Decode(pcm, payload[:size])
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// Whatever arrives becomes a bounded number of samples or an error, and a decoder
// goes on after it.
func FuzzDecode(f *testing.F) {
	for i := range everyCodec {
		f.Add(uint8(i), []byte{}, uint16(0))
		f.Add(uint8(i), []byte{0}, uint16(1))
		f.Add(uint8(i), bytes.Repeat([]byte{0x7f, 0x80, 0xff}, 500), uint16(3000))
	}
	f.Fuzz(func(t *testing.T, which uint8, payload []byte, room uint16) {
		c, _ := NewCodec(everyCodec[int(which)%len(everyCodec)])
		for range 2 {
			n, err := c.Decode(make([]int16, room), payload)
			if n < 0 || n > int(room) || n > 2*len(payload) || err != nil && n != 0 {
				t.Fatalf("%s: %d samples of %d octets into %d, %v", c.Name(), n, len(payload), room, err)
			}
		}
	})
}

func noise(n int) []int16 {
	random := rand.New(rand.NewPCG(1, 1))
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(random.IntN(1 << 16))
	}
	return pcm
}
