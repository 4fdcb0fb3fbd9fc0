package rtpstream

import (
	"bytes"
	"crypto/aes"
	aescipher "crypto/cipher"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"encoding/binary"
	"hash"
	"testing"
)

// byHand is SRTP after RFC 3711, straight from its formulas and apart from the
// code under test: AES in counter mode for keys and packets, HMAC for the tag.
type byHand struct {
	key, salt, auth []byte
	hash            func() hash.Hash
	tag             int
	last, roc       uint32
}

// tags are what the names of the transforms say.
var tags = map[Transform]struct {
	hash func() hash.Hash
	size int
}{
	HMACSHA1_80: {sha1.New, 10}, HMACSHA1_32: {sha1.New, 4},
	HMACMD5_80: {md5.New, 10}, HMACMD5_32: {md5.New, 4}, HMACMD5_128: {md5.New, 16},
	None: {md5.New, 0},
}

func newByHand(t testing.TB, k Keys, name Transform) *byHand {
	t.Helper()
	tag, ok := tags[name]
	if !ok {
		t.Fatalf("no transform %q", name)
	}
	return &byHand{
		key: deriveByHand(t, k, 0, 16), auth: deriveByHand(t, k, 1, 20), salt: deriveByHand(t, k, 2, 14),
		hash: tag.hash, tag: tag.size,
	}
}

// deriveByHand is section 4.3.3: the keystream of (salt XOR label·2^48)·2^16.
func deriveByHand(t testing.TB, k Keys, label byte, size int) []byte {
	iv := make([]byte, 16)
	copy(iv, k.Salt[:])
	iv[13-6] ^= label
	return xorKeystream(t, k.Master[:], iv, make([]byte, size))
}

func xorKeystream(t testing.TB, key, iv, in []byte) []byte {
	block, err := aes.NewCipher(key)
	must(t, err)
	out := make([]byte, len(in))
	aescipher.NewCTR(block, iv).XORKeyStream(out, in)
	return out
}

// seal protects the packets of one SSRC in the order of their numbers.
func (b *byHand) seal(t testing.TB, packet []byte) []byte {
	seq := uint32(binary.BigEndian.Uint16(packet[2:]))
	if seq < b.last {
		b.roc++
	}
	b.last = seq
	return b.sealAt(t, packet, b.roc)
}

// sealAt is sections 4.1.1 and 4.2: IV = salt·2^16 XOR SSRC·2^64 XOR i·2^16.
func (b *byHand) sealAt(t testing.TB, packet []byte, roc uint32) []byte {
	iv := make([]byte, 16)
	copy(iv, b.salt)
	mask := make([]byte, 16)
	copy(mask[4:], packet[8:12])
	binary.BigEndian.PutUint32(mask[8:], roc)
	copy(mask[12:], packet[2:4])
	for i := range iv {
		iv[i] ^= mask[i]
	}
	sealed := append(bytes.Clone(packet[:12]), xorKeystream(t, b.key, iv, packet[12:])...)
	mac := hmac.New(b.hash, b.auth)
	mac.Write(sealed)
	mac.Write(binary.BigEndian.AppendUint32(nil, roc))
	return append(sealed, mac.Sum(nil)[:b.tag]...)
}
