package securecall

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"
)

// plainRead is the oracle of this file: section 3's receive rules read aloud,
// with branches, for one block that holds a field of one of two lengths.
func plainRead(block []byte, long, short int) (field []byte, ok bool) {
	if block[0] == 0 && block[1] == 2 { // padded, and only padded
		zero := bytes.IndexByte(block[2:], 0)
		if zero < 8 {
			return nil, false
		}
		field = block[2+zero+1:]
		return field, len(field) == long || len(field) == short
	}
	field = block[blockLen-long:]
	if short != long && field[0] == 0 && field[1] == 0 {
		field = field[2:]
	}
	return field, len(bytes.Trim(block[:blockLen-long], "\x00")) == 0
}

var fieldLengths = []struct{ long, short int }{
	{16, 16}, // the key of a split Final
	{16, 14}, // its salt
	{32, 30}, // a joined Final
}

func compareWithPlain(t *testing.T, block []byte, long, short int) {
	t.Helper()
	want, ok := plainRead(block, long, short)
	got := readField(block, long, short)
	if (got.ok == 1) != ok {
		t.Fatalf("%x as %d/%d: ok %d, want %v", block, long, short, got.ok, ok)
	}
	if ok && (!bytes.HasPrefix(got.bytes, want) || (got.short == 1) != (len(want) != long)) {
		t.Fatalf("%x as %d/%d: %x short %d, want %x", block, long, short, got.bytes, got.short, want)
	}
}

func TestReadFieldAgainstPlainReading(t *testing.T) {
	r := rand.New(rand.NewChaCha8([32]byte{1}))
	for range 20000 {
		block := make([]byte, blockLen)
		for i := range block {
			block[i] = byte(1 + r.IntN(255))
		}
		block[0] = 0
		if r.IntN(3) > 0 {
			block[1] = 2
		}
		clear(block[2 : 2+r.IntN(2)*r.IntN(blockLen-1)]) // none or a run of zeros
		for range r.IntN(4) {
			block[1+r.IntN(blockLen-1)] = 0
		}
		for _, n := range fieldLengths {
			block := bytes.Clone(block)
			if r.IntN(2) == 0 { // a good separator more often than luck has it
				block[blockLen-n.short-1] = 0
			} else {
				block[blockLen-n.long-1] = 0
			}
			compareWithPlain(t, block, n.long, n.short)
		}
	}
}

// Each single change of a good padded block must be judged as the plain reading
// does, wherever it is.
func TestReadFieldEveryZeroEverywhere(t *testing.T) {
	for _, n := range fieldLengths {
		for _, length := range []int{n.long, n.short} {
			good, err := PKCS1.pad(bytes.Repeat([]byte{7}, length), seeded("pad"))
			if err != nil {
				t.Fatal(err)
			}
			compareWithPlain(t, good, n.long, n.short)
			for i := range good {
				for _, v := range []byte{0, 1, 2, 0xff} {
					bad := bytes.Clone(good)
					bad[i] = v
					compareWithPlain(t, bad, n.long, n.short)
				}
			}
		}
	}
}

func TestReadFieldByPosition(t *testing.T) {
	for _, n := range fieldLengths {
		for _, length := range []int{n.long, n.short} {
			good, err := Raw.pad(bytes.Repeat([]byte{7}, length), nil)
			if err != nil {
				t.Fatal(err)
			}
			got := readField(good, n.long, n.short)
			if got.ok != 1 || got.pkcs1 != 0 || (got.short == 1) != (length != n.long) {
				t.Errorf("%d of %d/%d: %+v", length, n.long, n.short, got)
			}
			for i := range good {
				bad := bytes.Clone(good)
				bad[i] ^= 1
				compareWithPlain(t, bad, n.long, n.short)
			}
		}
	}
}

// Oracle: RFC 8017 7.2.1, and that a zero from the source is drawn again.
func TestPaddingHasNoZero(t *testing.T) {
	source := io.MultiReader(bytes.NewReader(make([]byte, 45)), seeded("rest"))
	block, err := PKCS1.pad(make([]byte, 16), source)
	if err != nil {
		t.Fatal(err)
	}
	if block[0] != 0 || block[1] != 2 || bytes.IndexByte(block[2:47], 0) >= 0 || block[47] != 0 {
		t.Errorf("padded block %x", block)
	}
}
