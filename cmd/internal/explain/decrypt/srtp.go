package decrypt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"encoding/binary"
	"hash"

	"star18/audio/rtpstream"
	"star18/securecall"
)

// recipe is how a transform authenticates: HMAC with a key of 160 bits, cut.
type recipe struct {
	hash func() hash.Hash
	tag  int // bytes
}

var recipes = map[rtpstream.Transform]recipe{
	rtpstream.HMACSHA1_80: {sha1.New, 10},
	rtpstream.HMACSHA1_32: {sha1.New, 4},
	rtpstream.HMACMD5_80:  {md5.New, 10},
	rtpstream.HMACMD5_32:  {md5.New, 4},
	rtpstream.HMACMD5_128: {md5.New, 16},
}

// Labels of RFC 3711 section 4.3.2, and the sizes of session keys.
const (
	labelCipher = 0x00
	labelAuth   = 0x01
	labelSalt   = 0x02

	cipherKeySize = 16
	authKeySize   = 20
	saltSize      = 14
)

// session is one master key's session keys.
type session struct {
	block cipher.Block
	salt  [aes.BlockSize]byte
	auth  []byte
}

func newSession(k securecall.Keys) (*session, error) {
	master, err := aes.NewCipher(k.Master[:])
	if err != nil {
		return nil, err
	}
	s := &session{auth: derive(master, k.Salt, labelAuth, authKeySize)}
	copy(s.salt[:], derive(master, k.Salt, labelSalt, saltSize))
	s.block, err = aes.NewCipher(derive(master, k.Salt, labelCipher, cipherKeySize))
	return s, err
}

// derive is the key derivation of RFC 3711 section 4.3.1 with rate 0.
func derive(master cipher.Block, salt [saltSize]byte, label byte, size int) []byte {
	var iv [aes.BlockSize]byte
	copy(iv[:], salt[:])
	iv[7] ^= label
	out := make([]byte, size)
	cipher.NewCTR(master, iv[:]).XORKeyStream(out, out)
	return out
}

// authentic checks the tag of a packet (RFC 3711 section 4.2).
func (s *session) authentic(packet []byte, roc uint32, r recipe) bool {
	end := len(packet) - r.tag
	if end < 12 {
		return false
	}
	mac := hmac.New(r.hash, s.auth)
	mac.Write(packet[:end])
	mac.Write(binary.BigEndian.AppendUint32(nil, roc))
	return hmac.Equal(mac.Sum(nil)[:r.tag], packet[end:])
}

// payload decrypts what is between header and tag (RFC 3711 section 4.1.1).
func (s *session) payload(packet []byte, header int, roc uint32, r recipe) []byte {
	iv := s.salt
	for i, b := range packet[8:12] { // SSRC
		iv[4+i] ^= b
	}
	var index [8]byte
	binary.BigEndian.PutUint64(index[:], uint64(roc)<<16|uint64(binary.BigEndian.Uint16(packet[2:])))
	for i, b := range index[2:] {
		iv[8+i] ^= b
	}
	sealed := packet[header : len(packet)-r.tag]
	out := make([]byte, len(sealed))
	cipher.NewCTR(s.block, iv[:]).XORKeyStream(out, sealed)
	return out
}
