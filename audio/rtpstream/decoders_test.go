package rtpstream

import (
	"testing"

	"star18/audio"
)

// echoing is a codec that finds a lost packet in any other, as long as that one.
type echoing struct{ audio.Codec }

func (echoing) Correct(dst []int16, next []byte) int { return min(len(dst), len(next)) }

// The packet after a lost one corrects it if both are for the same decoder, and
// that decoder can.
func TestCorrectIsForOneDecoder(t *testing.T) {
	plain, err := audio.NewCodec("PCMU")
	must(t, err)
	d := newDecoders(echoing{plain})
	other := d.add(0, plain)
	pcm := make([]int16, 160)
	for _, tt := range []struct{ latest, next, want int }{
		{0, 0, 4}, {0, int(other), 0}, {int(other), 0, 0}, {int(other), int(other), 0},
	} {
		if _, err := d.Decode(pcm, []byte{byte(tt.latest), 1, 2}); err != nil {
			t.Fatal(err)
		}
		if got := d.Correct(pcm, []byte{byte(tt.next), 1, 2, 3, 4}); got != tt.want {
			t.Errorf("decoder %d, packet for %d: %d samples, want %d", tt.latest, tt.next, got, tt.want)
		}
	}
}
