package securecall

import (
	"crypto/subtle"
	"io"
)

// Padding is how a field fills an RSA block: the secure.wire.padding setting.
type Padding string

// The paddings.
const (
	PKCS1 Padding = "pkcs1" // 00 02, random non-zero bytes, 00, the field
	Raw   Padding = "raw"   // zeros, the field
)

// String implements fmt.Stringer.
func (p Padding) String() string { return string(p) }

// pad lays field into a block.
func (p Padding) pad(field []byte, random io.Reader) ([]byte, error) {
	block := make([]byte, blockLen)
	copy(block[blockLen-len(field):], field)
	if p == Raw {
		return block, nil
	}
	block[1] = 2
	return block, drawNonZero(random, block[2:blockLen-len(field)-1])
}

// drawNonZero fills b with random bytes other than zero.
func drawNonZero(random io.Reader, b []byte) error {
	if _, err := io.ReadFull(random, b); err != nil {
		return err
	}
	for i := range b {
		for range maxDraws {
			if b[i] != 0 {
				break
			}
			if _, err := io.ReadFull(random, b[i:i+1]); err != nil {
				return err
			}
		}
		if b[i] == 0 {
			return errDraws
		}
	}
	return nil
}

// field is what readField found. Its contents mean nothing unless ok is 1.
type field struct {
	ok    int // 1 or 0, as crypto/subtle has it
	pkcs1 int // 1: the block started 00 02
	short int // 1: the shorter length was read
	bytes []byte
}

// readField reads a decrypted block that may hold a field of long or of short
// bytes: padded if it starts 00 02, else by position. In the second case the
// field is short if the bytes by which the lengths differ are zero too, and
// everything before must be zero.
//
// Time and memory access depend on the two lengths only. Whether the block was
// good, which padding it had and where its separator is stay in 0-or-1 numbers
// until the whole message has been judged.
func readField(block []byte, long, short int) field {
	longAt, shortAt := blockLen-long, blockLen-short
	padded := subtle.ConstantTimeByteEq(block[0], 0) & subtle.ConstantTimeByteEq(block[1], 2)

	paddedLong := separatedAt(block, longAt)
	paddedShort := separatedAt(block, shortAt) & (1 ^ equalLengths(long, short))
	gap := allZero(block[longAt:shortAt]) & (1 ^ equalLengths(long, short))

	isShort := subtle.ConstantTimeSelect(padded, paddedShort, gap)
	out := make([]byte, long)
	copy(out, block[longAt:])
	subtle.ConstantTimeCopy(isShort, out[:short], block[shortAt:])
	return field{
		ok:    subtle.ConstantTimeSelect(padded, paddedLong|paddedShort, allZero(block[:longAt])),
		pkcs1: padded,
		short: isShort,
		bytes: out,
	}
}

// separatedAt is 1 if block, known to start 00 02, holds a field that begins
// at: a zero before it and none between. With at least eight bytes of padding,
// as RFC 8017 asks, which every length we look for leaves.
func separatedAt(block []byte, at int) int {
	return subtle.ConstantTimeByteEq(block[at-1], 0) & noneZero(block[2:at-1])
}

// equalLengths compares lengths, which are public.
func equalLengths(a, b int) int {
	return subtle.ConstantTimeEq(int32(a), int32(b))
}

func allZero(b []byte) int {
	var sum byte
	for _, c := range b {
		sum |= c
	}
	return subtle.ConstantTimeByteEq(sum, 0)
}

func noneZero(b []byte) int {
	found := 0
	for _, c := range b {
		found |= subtle.ConstantTimeByteEq(c, 0)
	}
	return 1 ^ found
}

// form is how an accepted field was written, and how long its salt was. Only
// here do the numbers of a good field become choices.
func (f field) form() (p Padding, saltBytes int) {
	p, saltBytes = Raw, saltFieldLen
	if f.pkcs1 == 1 {
		p = PKCS1
	}
	if f.short == 1 {
		saltBytes = masterSaltLen
	}
	return p, saltBytes
}
