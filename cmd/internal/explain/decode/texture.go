package decode

// Texture tells encrypted bytes from sound: the values of encrypted bytes are
// evenly spread, those of G.711 speech, tones and silence are not. It is
// Pearson's chi-square against an even spread, with 255 degrees of freedom:
// about 255 for random bytes, thousands for sound.
type Texture struct {
	Bytes     int
	ChiSquare float64
	count     [256]int
}

// enough bytes for the test to mean anything; above crooked, random bytes are
// less likely than one in a hundred million.
const (
	enough  = 1280
	crooked = 400
)

func (t *Texture) add(payload []byte) {
	for _, b := range payload {
		t.count[b]++
	}
	t.Bytes += len(payload)
}

func (t *Texture) done() Texture {
	if t.Bytes == 0 {
		return *t
	}
	want := float64(t.Bytes) / float64(len(t.count))
	for _, n := range t.count {
		d := float64(n) - want
		t.ChiSquare += d * d / want
	}
	return *t
}

// Random: nothing in these bytes can be heard.
func (t Texture) Random() bool { return t.Bytes >= enough && t.ChiSquare < crooked }

// Sound: these bytes are not encrypted.
func (t Texture) Sound() bool { return t.Bytes >= enough && t.ChiSquare >= crooked }
