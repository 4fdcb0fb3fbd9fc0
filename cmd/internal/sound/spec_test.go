package sound

import (
	"errors"
	"testing"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		text    string
		want    Spec
		in, out bool
	}{
		{"card", Spec{Kind: Card}, true, true},
		{"card:USB Headset: Mono", Spec{Kind: Card, Name: "USB Headset: Mono"}, true, true},
		{"file:a b.wav", Spec{Kind: File, Name: "a b.wav"}, true, true},
		{`file:C:\call.wav`, Spec{Kind: File, Name: `C:\call.wav`}, true, true},
		{"tone:620", Spec{Kind: Tone, Hz: 620}, true, false},
		{"silence", Spec{Kind: Silence}, true, true},
		{"null", Spec{Kind: Null}, true, true},
		{"", Spec{}, false, false},
		{"card:", Spec{}, false, false},
		{"file:", Spec{}, false, false},
		{"tone:", Spec{}, false, false},
		{"tone:NaN", Spec{}, false, false},
		{"tone:4000", Spec{}, false, false},
		{"silence:x", Spec{}, false, false},
		{"Card", Spec{}, false, false},
	} {
		in, err := ParseInput(tt.text)
		if (err == nil) != tt.in || err != nil && !errors.Is(err, ErrSpec) || in != tt.want {
			t.Errorf("input %q: %+v, %v", tt.text, in, err)
		}
		out, err := ParseOutput(tt.text)
		if (err == nil) != tt.out || err != nil && !errors.Is(err, ErrSpec) {
			t.Errorf("output %q: %+v, %v", tt.text, out, err)
		}
	}
}
