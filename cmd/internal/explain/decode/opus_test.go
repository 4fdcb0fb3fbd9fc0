package decode

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"time"
)

// opusStream has packets of 20 ms: clear ones begin with two of Opus's bytes
// (RFC 6716 section 3.1: CELT 20 ms and SILK 20 ms), protected ones with any.
func opusStream(protected ...bool) *Stream {
	random := rand.New(rand.NewPCG(18, 6716))
	s := &Stream{Codec: "opus", PT: 107, Change: Change{Protected: -1, Back: -1}}
	for i, hidden := range protected {
		data := []byte{0x80, 107, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}
		binary.BigEndian.PutUint16(data[2:], uint16(i))
		toc := []byte{0xf8, 0x48}[i%2]
		if hidden {
			toc = byte(random.UintN(256))
		}
		sound := make([]byte, 79)
		if hidden {
			sound = append(sound, make([]byte, 10)...) // a tag
		}
		s.Packets = append(s.Packets, Packet{At: at(i), Data: append(append(data, toc), sound...)})
	}
	return s
}

func at(i int) time.Time { return time.Unix(0, 0).Add(time.Duration(i) * 20 * time.Millisecond) }

func run(n int, hidden bool) []bool {
	out := make([]bool, n)
	for i := range out {
		out[i] = hidden
	}
	return out
}

func TestOpusIsProtectedWhereItsFirstBytesSpread(t *testing.T) {
	for _, tt := range []struct {
		name            string
		packets         []bool
		keys            int // packet at whose time they came
		protected, back int
	}{
		{"in clear to the end", run(100, false), 0, -1, -1},
		{"a change", append(run(40, false), run(60, true)...), 40, 40, -1},
		{"one clear packet before the keys", append(run(1, false), run(60, true)...), 1, 1, -1},
		{"from the start, as with keys in SDP", run(60, true), 0, 0, -1},
		{"too few to tell", run(8, true), 0, -1, -1},
		{"and clear again", append(append(run(20, false), run(60, true)...), run(40, false)...), 20, 20, 80},
	} {
		s := opusStream(tt.packets...)
		s.study(at(tt.keys))
		if s.Protected != tt.protected || s.Back != tt.back {
			t.Errorf("%s: protected from %d, clear again from %d; want %d and %d", tt.name, s.Protected, s.Back, tt.protected, tt.back)
		}
		if want := tt.protected > 0; (s.Tag == 10) != want {
			t.Errorf("%s: a tag of %d bytes", tt.name, s.Tag)
		}
	}
}
