package dtmf

import (
	"errors"
	"slices"
	"testing"
)

func TestParse(t *testing.T) {
	got, err := Parse("0123456789*#abcdABCD!")
	want := []Event{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, Star, Pound, 12, 13, 14, 15, 12, 13, 14, 15, Flash}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	text := ""
	for _, e := range got {
		text += e.String()
	}
	if text != "0123456789*#ABCDABCD!" {
		t.Errorf("written as %q", text)
	}
	for _, bad := range []string{"1e", "1 2", "+1", "1\r\n2", "x", "é"} {
		if _, err := Parse(bad); !errors.Is(err, ErrKey) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if e := Event(77); e.Known() || e.String() != "event 77" {
		t.Errorf("%v", e)
	}
}

// The oracle is the layout of RFC 4733 section 2.3.
func TestPayload(t *testing.T) {
	b := make([]byte, PayloadSize)
	p := Payload{Event: Pound, End: true, Volume: 10, Duration: 1200}
	p.Put(b)
	if want := []byte{11, 0x8a, 0x04, 0xb0}; !slices.Equal(b, want) {
		t.Errorf("%x, want %x", b, want)
	}
	b[1] |= 0x40 // reserved: ignored
	if got, ok := ParsePayload(append(b, 1, 2)); !ok || got != p {
		t.Errorf("%+v, %v", got, ok)
	}
	for n := range PayloadSize {
		if _, ok := ParsePayload(b[:n]); ok {
			t.Errorf("%d octets are enough", n)
		}
	}
}
