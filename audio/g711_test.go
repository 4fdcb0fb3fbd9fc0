package audio

import (
	"math"
	"testing"
)

// The oracle is the recommendation's own description: two lists of decision
// values made of segments, each with a number of equal intervals, searched
// linearly. Nothing of the package's bit arithmetic is used.

// decisions returns the upper decision values of one polarity, in 16-bit
// units, from segments given as {number of intervals, width}.
func decisions(unit int, first int, segments [][2]int) []int {
	var upper []int
	at := 0
	if first > 0 {
		at = first
		upper = append(upper, at*unit)
	}
	for _, s := range segments {
		for range s[0] {
			at += s[1]
			upper = append(upper, at*unit)
		}
	}
	return upper
}

// G.711 table 2a: the first interval is 1 wide, then 15 of 2, then 16 each of
// 4, 8 ... 256, ending at 8159.
func mulawDecisions() []int {
	return decisions(4, 1, [][2]int{{15, 2}, {16, 4}, {16, 8}, {16, 16}, {16, 32}, {16, 64}, {16, 128}, {16, 256}})
}

// G.711 table 1a: 32 intervals 2 wide, then 16 each of 4, 8 ... 128, to 4096.
func alawDecisions() []int {
	return decisions(8, 0, [][2]int{{32, 2}, {16, 4}, {16, 8}, {16, 16}, {16, 32}, {16, 64}, {16, 128}})
}

// interval finds which of the 128 intervals of its polarity holds s; intervals
// are closed below and open above on the number line.
func interval(upper []int, s int) (n int, negative bool) {
	inside := func(i int) bool {
		if negative {
			return s >= -upper[i]
		}
		return s < upper[i]
	}
	negative = s < 0
	for n = 0; n < 127 && !inside(n); n++ {
	}
	return n, negative
}

func TestDecisionValuesEndWhereTheRecommendationSays(t *testing.T) {
	mu, a := mulawDecisions(), alawDecisions()
	if len(mu) != 128 || mu[127] != 8159*4 {
		t.Errorf("mu-law: %d intervals up to %d, want 128 up to %d", len(mu), mu[len(mu)-1], 8159*4)
	}
	if len(a) != 128 || a[127] != 4096*8 {
		t.Errorf("A-law: %d intervals up to %d, want 128 up to %d", len(a), a[len(a)-1], 4096*8)
	}
}

func TestEncodeEverySample(t *testing.T) {
	mu, a := mulawDecisions(), alawDecisions()
	for s := math.MinInt16; s <= math.MaxInt16; s++ {
		n, negative := interval(mu, s)
		want := byte(0xFF - n) // table 2a: 0xFF is the interval next to zero
		if negative {
			want -= 0x80
		}
		if got := encodeMulaw(int16(s)); got != want {
			t.Fatalf("mu-law of %d is %#02x, want %#02x", s, got, want)
		}
		n, negative = interval(a, s)
		want = byte(0x80+n) ^ 0x55 // table 1a, even bits inverted
		if negative {
			want = byte(n) ^ 0x55
		}
		if got := encodeAlaw(int16(s)); got != want {
			t.Fatalf("A-law of %d is %#02x, want %#02x", s, got, want)
		}
	}
}

// A decoder gives the middle of the interval (tables 1 and 2, columns y).
func TestDecodeIsTheMiddleOfTheInterval(t *testing.T) {
	laws := []struct {
		name   string
		upper  []int
		decode func(byte) int16
		octet  func(n int) byte
	}{
		{"mu-law", mulawDecisions(), decodeMulaw, func(n int) byte { return byte(0xFF - n) }},
		{"A-law", alawDecisions(), decodeAlaw, func(n int) byte { return byte(0x80+n) ^ 0x55 }},
	}
	for _, law := range laws {
		lower := 0
		for n, upper := range law.upper {
			want := (lower + upper) / 2
			if law.name == "mu-law" && n == 0 {
				want = 0 // table 2a: y0 is zero, the interval reaches from -1 to +1
			}
			octet := law.octet(n)
			if got := law.decode(octet); int(got) != want {
				t.Errorf("%s octet %#02x is %d, want %d", law.name, octet, got, want)
			}
			if got := law.decode(octet ^ 0x80); int(got) != -want {
				t.Errorf("%s octet %#02x is %d, want %d", law.name, octet^0x80, got, -want)
			}
			lower = upper
		}
	}
}

func TestRecodingChangesNothing(t *testing.T) {
	for i := range 256 {
		octet := byte(i)
		if got := encodeAlaw(decodeAlaw(octet)); got != octet {
			t.Errorf("A-law %#02x comes back as %#02x", octet, got)
		}
		want := octet
		if octet == 0x7F {
			want = 0xFF // negative zero has no linear value of its own
		}
		if got := encodeMulaw(decodeMulaw(octet)); got != want {
			t.Errorf("mu-law %#02x comes back as %#02x, want %#02x", octet, got, want)
		}
	}
}

// G.711 tables 5 and 6: these octets, repeated, are a 1 kHz sine of 0 dBm0.
// The peaks are those of the specification of the tones (section 2.3).
func TestDigitalMilliwatt(t *testing.T) {
	peak := func(decode func(byte) int16, octets []byte) float64 {
		var sum float64
		for _, b := range octets {
			v := float64(decode(b))
			sum += v * v
		}
		return math.Sqrt(2 * sum / float64(len(octets)))
	}
	mu := peak(decodeMulaw, []byte{0x1E, 0x0B, 0x0B, 0x1E, 0x9E, 0x8B, 0x8B, 0x9E})
	if math.Round(mu) != 22651 {
		t.Errorf("mu-law milliwatt has peak %.1f, want 22651", mu)
	}
	a := peak(decodeAlaw, []byte{0x34, 0x21, 0x21, 0x34, 0xB4, 0xA1, 0xA1, 0xB4})
	if math.Round(a) != 22824 {
		t.Errorf("A-law milliwatt has peak %.1f, want 22824", a)
	}
}
