package rtpstream

import (
	"crypto/md5"
	"crypto/sha1"
	"errors"
	"fmt"
	"hash"
	"slices"

	"github.com/pion/srtp/v3"
)

// ErrUnknownTransform refuses the name of a transform.
var ErrUnknownTransform = errors.New("unknown srtp transform")

// Transform names how packets are encrypted and authenticated. Every transform
// encrypts with AES-CM and 128 bits; the name is that of the authentication,
// with the length of the tag in bits.
type Transform string

// The HMAC-SHA1 transforms are those of RFC 3711 section 4.2.1 and RFC 4568
// section 6.2. No RFC has the others; old devices do. None encrypts without a
// tag: anybody can forge and replay what it protects.
const (
	HMACSHA1_80 Transform = "hmac-sha1-80"
	HMACSHA1_32 Transform = "hmac-sha1-32"
	HMACMD5_80  Transform = "hmac-md5-80"
	HMACMD5_32  Transform = "hmac-md5-32"
	HMACMD5_128 Transform = "hmac-md5-128"
	None        Transform = "none"
)

func (t Transform) String() string { return string(t) }

// Transforms are those with a tag, the one to prefer first.
func Transforms() []Transform {
	return []Transform{HMACSHA1_80, HMACSHA1_32, HMACMD5_80, HMACMD5_32, HMACMD5_128}
}

// ParseTransform reads a name.
func ParseTransform(name string) (Transform, error) {
	if t := Transform(name); t == None || slices.Contains(Transforms(), t) {
		return t, nil
	}
	return "", fmt.Errorf("%w %q", ErrUnknownTransform, name)
}

// maxTag is the longest tag.
const maxTag = 16

// recipe is what a transform is made of.
type recipe struct {
	hash    func() hash.Hash // of the tag; nil without one
	tag     int              // octets
	profile srtp.ProtectionProfile
	outer   bool // the library leaves the tag to us
}

func (t Transform) recipe() (recipe, error) {
	const sha1_80, sha1_32 = srtp.ProtectionProfileAes128CmHmacSha1_80, srtp.ProtectionProfileAes128CmHmacSha1_32
	switch t {
	case HMACSHA1_80:
		return recipe{hash: sha1.New, tag: 10, profile: sha1_80}, nil
	case HMACSHA1_32:
		return recipe{hash: sha1.New, tag: 4, profile: sha1_32}, nil
	case HMACMD5_80:
		return recipe{hash: md5.New, tag: 10, profile: sha1_80, outer: true}, nil
	case HMACMD5_32:
		return recipe{hash: md5.New, tag: 4, profile: sha1_80, outer: true}, nil
	case HMACMD5_128:
		return recipe{hash: md5.New, tag: 16, profile: sha1_80, outer: true}, nil
	case None:
		return recipe{profile: sha1_80, outer: true}, nil
	}
	return recipe{}, fmt.Errorf("%w %q", ErrUnknownTransform, t.String())
}
