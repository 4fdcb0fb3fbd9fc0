package rtpstream

import (
	"crypto/aes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"hash"
)

// authKeySize is n_a of RFC 3711 section 5.2, 160 bits. It is for HMAC-SHA1;
// nothing says what HMAC-MD5 takes there, and its 160 bits are our own choice:
// a device that adds a hash to an RFC 3711 engine changes the hash alone.
const authKeySize = 20

// labelAuth is the label of the SRTP authentication key, RFC 3711 section 4.3.2.
const labelAuth = 0x01

// derive is the key derivation of RFC 3711 section 4.3 with rate 0: AES in
// counter mode over the salt XOR the label.
func derive(k *Keys, label byte, size int) []byte {
	block, err := aes.NewCipher(k.Master[:])
	if err != nil {
		panic(err) // only a wrong key length is refused, and ours is an array
	}
	var in, out [aes.BlockSize]byte
	copy(in[:], k.Salt[:])
	in[7] ^= label
	key := make([]byte, 0, size)
	for n := uint16(0); len(key) < size; n++ {
		binary.BigEndian.PutUint16(in[len(k.Salt):], n) // the two octets after the salt count
		block.Encrypt(out[:], in[:])
		key = append(key, out[:min(len(out), size-len(key))]...)
	}
	return key
}

// tagger makes and checks tags: HMAC(k_a, authenticated portion || ROC), cut
// (RFC 3711 section 4.2). It allocates nothing and is for one goroutine.
type tagger struct {
	mac  hash.Hash
	size int
	sum  [sha1.Size]byte // the longest hash
	roc  [4]byte
}

func newTagger(k *Keys, r recipe) tagger {
	if r.hash == nil {
		return tagger{}
	}
	key := derive(k, labelAuth, authKeySize)
	defer clear(key)
	return tagger{mac: hmac.New(r.hash, key), size: r.tag}
}

func (t *tagger) tagSize() int { return t.size }

// tag is valid until the next one.
func (t *tagger) tag(signed []byte, roc uint32) []byte {
	if t.mac == nil {
		return nil
	}
	binary.BigEndian.PutUint32(t.roc[:], roc)
	t.mac.Reset()
	t.mac.Write(signed)
	t.mac.Write(t.roc[:])
	return t.mac.Sum(t.sum[:0])[:t.size]
}

// authentic checks the tag at the end of a packet, in constant time. Without a
// tag there is nothing that could fail.
func (t *tagger) authentic(packet []byte, roc uint32) bool {
	signed := len(packet) - t.size
	if signed < fixedHeader {
		return false
	}
	return subtle.ConstantTimeCompare(t.tag(packet[:signed], roc), packet[signed:]) == 1
}
