package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"testing"

	"star18/audio/wav"
)

func TestCodecsAreThoseOfRFC3551(t *testing.T) {
	for _, want := range []struct {
		ask, name   string
		payloadType uint8
	}{{"PCMU", "PCMU", 0}, {"pcmu", "PCMU", 0}, {"Pcma", "PCMA", 8}} {
		c, err := NewCodec(want.ask)
		if err != nil {
			t.Fatal(err)
		}
		if c.Name() != want.name || c.PayloadType() != want.payloadType || c.Rate() != 8000 || c.ClockRate() != 8000 {
			t.Errorf("%s: %s/%d type %d", want.ask, c.Name(), c.ClockRate(), c.PayloadType())
		}
	}
	if _, err := NewCodec("G729"); !errors.Is(err, ErrUnknownCodec) {
		t.Errorf("G729: %v", err)
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
	for _, name := range []string{"PCMU", "PCMA"} {
		c, _ := NewCodec(name)
		pcm, payload := make([]int16, 160), make([]byte, 160)
		if n := testing.AllocsPerRun(100, func() { c.Encode(payload, pcm); c.Decode(pcm, payload) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func noise(n int) []int16 {
	random := rand.New(rand.NewPCG(1, 1))
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(random.IntN(1 << 16))
	}
	return pcm
}
