package rtpstat

import (
	"strings"
	"testing"
)

// The oracle is the vendor's format: PS,OS,PR,OR,PL,JI,LA,DU,EN,DE in this order.
func TestString(t *testing.T) {
	s := Stat{1500, 240000, 1498, 239680, 2, 3, 24, 30, "PCMU", "opus\r\nEvil: 1"}
	const want = "PS=1500,OS=240000,PR=1498,OR=239680,PL=2,JI=3,LA=24,DU=30,EN=G711u,DE=opusEvil1"
	if got := s.String(); got != want {
		t.Errorf("%s", got)
	}
	back, ok := Parse(s.String())
	s.Encoder, s.Decoder = "G711u", "opusEvil1"
	if !ok || back != s {
		t.Errorf("read as %+v", back)
	}
}

func TestParseTolerates(t *testing.T) {
	s, ok := Parse(" ps=5, JI=-1,PL=99999999999999999999999,XX=7,DE=G729a\x1b[2J ")
	if want := (Stat{PacketsSent: 5, Decoder: "G729a2J"}); !ok || s != want {
		t.Errorf("%+v, %v", s, ok)
	}
	for _, bad := range []string{"", "hello", "=,=", "PS", strings.Repeat("PS=1,", 200)} {
		if s, ok := Parse(bad); ok {
			t.Errorf("%.20q: %+v", bad, s)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("PS=1500,OS=240000,PR=1498,OR=239680,PL=2,JI=3,LA=24,DU=30,EN=G711u,DE=G711u")
	f.Fuzz(func(t *testing.T, value string) {
		if s, ok := Parse(value); ok {
			again, _ := Parse(s.String())
			if again.PacketsSent != s.PacketsSent || again.Seconds != s.Seconds {
				t.Errorf("%+v and %+v", s, again)
			}
		}
	})
}
