package rtpstream

import (
	"crypto/aes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"hash"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// sealer encrypts and authenticates the packets that we send. It follows the
// sequence numbers by itself, starting with rollover counter 0, so there is one
// sealer for a key and an SSRC, and its packets never go back.
type sealer interface {
	// seal returns packet as SRTP, in dst if that has room.
	seal(dst, packet []byte) ([]byte, error)
}

// opener authenticates and decrypts what we receive. It is told the rollover
// counter and remembers no sequence: positions and replay are kept in tracks,
// apart from the transform, so that a stream may change the one and keep the
// other.
type opener interface {
	// authentic checks the tag alone. It touches no state and allocates
	// nothing, whatever the packet is.
	authentic(packet []byte, roc uint32) bool
	// open returns the packet decrypted, in dst if that has room. The SSRC of
	// the packet has authenticated before, by this call or by authentic.
	open(dst, packet []byte, ssrc, roc uint32) ([]byte, error)
}

// replayWindow is the window of RFC 3711 section 3.3.2, at its least size.
const replayWindow = 64

// tagSize is the tag of HMAC-SHA1 cut to 80 bits.
const tagSize = 10

// newContext derives the session keys of one direction.
func newContext(k *Keys) (*srtp.Context, error) {
	if k.Transform != HMACSHA1_80 {
		return nil, fmt.Errorf("%w %q", ErrUnknownTransform, k.Transform.String())
	}
	ctx, err := srtp.CreateContext(k.Master[:], k.Salt[:], srtp.ProtectionProfileAes128CmHmacSha1_80,
		srtp.SRTPReplayProtection(replayWindow)) // off unless asked for
	if err != nil {
		return nil, fmt.Errorf("srtp context: %w", err)
	}
	return ctx, nil
}

// sha1Sealer is hmac-sha1-80 for sending.
type sha1Sealer struct {
	ctx    *srtp.Context
	header rtp.Header // reused: the library parses into it
}

func newSealer(k *Keys) (sealer, error) {
	ctx, err := newContext(k)
	if err != nil {
		return nil, err
	}
	return &sha1Sealer{ctx: ctx}, nil
}

func (s *sha1Sealer) seal(dst, packet []byte) ([]byte, error) {
	return s.ctx.EncryptRTP(dst, packet, &s.header)
}

// sha1Opener is hmac-sha1-80 for receiving. The library has no check of a tag
// that leaves its state alone: for an SSRC that it does not know it allocates,
// and one that it was told a rollover counter for is poisoned by the first
// forged packet (the replay window settles on the forged number). Hence mac.
type sha1Opener struct {
	ctx    *srtp.Context
	header rtp.Header
	mac    hash.Hash
	sum    [sha1.Size]byte
	roc    [4]byte
}

func newOpener(k *Keys) (opener, error) {
	ctx, err := newContext(k)
	if err != nil {
		return nil, err
	}
	key := deriveAuthKey(k)
	defer clear(key)
	return &sha1Opener{ctx: ctx, mac: hmac.New(sha1.New, key)}, nil
}

// authentic computes HMAC(k_a, authenticated portion || ROC), RFC 3711 section
// 4.2.
func (o *sha1Opener) authentic(packet []byte, roc uint32) bool {
	signed := len(packet) - tagSize
	if signed < fixedHeader {
		return false
	}
	binary.BigEndian.PutUint32(o.roc[:], roc)
	o.mac.Reset()
	o.mac.Write(packet[:signed])
	o.mac.Write(o.roc[:])
	sum := o.mac.Sum(o.sum[:0])
	return subtle.ConstantTimeCompare(sum[:tagSize], packet[signed:]) == 1
}

// open sets the rollover counter each time: a forged packet far ahead must not
// leave its own one behind.
func (o *sha1Opener) open(dst, packet []byte, ssrc, roc uint32) ([]byte, error) {
	o.ctx.SetROC(ssrc, roc)
	return o.ctx.DecryptRTP(dst, packet, &o.header)
}

// labelAuth is the label of the SRTP authentication key, RFC 3711 section 4.3.2.
const labelAuth = 0x01

// deriveAuthKey is the key derivation of RFC 3711 section 4.3 with rate 0, for
// the authentication key: AES in counter mode over salt XOR label.
func deriveAuthKey(k *Keys) []byte {
	block, err := aes.NewCipher(k.Master[:])
	if err != nil {
		panic(err) // only a wrong key length is refused, and ours is an array
	}
	var in [aes.BlockSize]byte
	copy(in[:], k.Salt[:])
	in[7] ^= labelAuth
	out := make([]byte, 2*aes.BlockSize)
	block.Encrypt(out, in[:])
	in[aes.BlockSize-1] = 1 // the counter, in the two octets after the salt
	block.Encrypt(out[aes.BlockSize:], in[:])
	return out[:sha1.Size]
}
