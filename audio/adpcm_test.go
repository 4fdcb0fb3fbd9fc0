package audio

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// The oracle is spandsp 0.0.6 (Debian 0.0.6+dfsg-2), an implementation that shares
// nothing with this one: testdata/codec/README says how its output was made.
func TestADPCMIsBitExact(t *testing.T) {
	input := samplesOf(t, "input.s16")
	for _, tt := range []struct{ codec, code, sound, random string }{
		{"G722", "g722.code", "g722.s16", "g722-random.s16"},
		{"G726-32", "g726-rfc3551.code", "g726.s16", "g726-rfc3551-random.s16"},
		{"AAL2-G726-32", "g726-aal2.code", "g726.s16", "g726-aal2-random.s16"},
	} {
		t.Run(tt.codec+" encodes", func(t *testing.T) {
			c, _ := NewCodec(tt.codec)
			want := golden(t, tt.code)
			got := make([]byte, len(want))
			for at := 0; at < len(input); at += 160 { // as frames, for a coder remembers
				c.Encode(got[at/2:], input[at:at+160])
			}
			if at := differ(got, want); at >= 0 {
				t.Errorf("octet %d of %d is %#02x, want %#02x", at, len(want), got[at], want[at])
			}
		})
		for _, pair := range [][2]string{{tt.code, tt.sound}, {"random.code", tt.random}} {
			t.Run(tt.codec+" decodes "+pair[0], func(t *testing.T) {
				c, _ := NewCodec(tt.codec)
				code, want := golden(t, pair[0]), samplesOf(t, pair[1])
				got := make([]int16, len(want))
				for at := 0; at < len(code); at += 80 {
					if n, err := c.Decode(got[2*at:], code[at:at+80]); n != 160 || err != nil {
						t.Fatalf("%d samples, %v", n, err)
					}
				}
				for i := range want {
					if got[i] != want[i] && !limit(got[i]) {
						t.Fatalf("sample %d of %d is %d, want %d", i, len(want), got[i], want[i])
					}
				}
			})
		}
	}
}

// The two orders are one stream with the halves of each octet exchanged (RFC 3551
// section 4.5.4).
func TestG726OrdersAreMirrored(t *testing.T) {
	low, high := golden(t, "g726-rfc3551.code"), golden(t, "g726-aal2.code")
	if bytes.Equal(low, high) {
		t.Error("no difference")
	}
	for i := range low {
		if low[i] != high[i]<<4|high[i]>>4 {
			t.Fatalf("octet %d: %#02x and %#02x", i, low[i], high[i])
		}
	}
}

func golden(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "codec", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// samplesOf reads 16-bit samples, the low octet first.
func samplesOf(t testing.TB, name string) []int16 {
	t.Helper()
	b := golden(t, name)
	pcm := make([]int16, len(b)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return pcm
}

// limit is where sound that has left 16 bits stops. The reference lets it wrap
// around instead (G.722 section 4.4 and G.726 annex A: LIMO say to saturate).
func limit(v int16) bool { return v == 1<<15-1 || v == -1<<15 }

func differ(a, b []byte) int {
	for i := range b {
		if a[i] != b[i] {
			return i
		}
	}
	return -1
}
