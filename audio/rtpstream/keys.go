package rtpstream

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
)

// Reasons why keys are refused.
var (
	ErrOtherKeys  = errors.New("other srtp keys are in use")
	ErrTransforms = errors.New("srtp keys with no transform, or with more than fit")
)

// Role is who began the change to SRTP. It decides who gives way when the two
// ends send with different transforms; without a role nobody does.
type Role uint8

const (
	Caller Role = iota + 1
	Callee
)

func (r Role) String() string {
	switch r {
	case Caller:
		return "caller"
	case Callee:
		return "callee"
	}
	return "fixed"
}

// Keys is one SRTP master key with its salt, and what it may be used with. It
// never shows its content.
type Keys struct {
	Master [16]byte
	Salt   [14]byte

	// Transforms are those that the peer may use. The first is what we begin to
	// send with.
	Transforms []Transform
	Role       Role
}

const secret = "[secret]"

func (Keys) String() string               { return secret }
func (Keys) GoString() string             { return secret }
func (Keys) Format(f fmt.State, _ rune)   { fmt.Fprint(f, secret) }
func (Keys) LogValue() slog.Value         { return slog.StringValue(secret) }
func (Keys) MarshalText() ([]byte, error) { return []byte(secret), nil }

// wipe forgets a copy of the keys that is no longer needed.
func (k *Keys) wipe() {
	clear(k.Master[:])
	clear(k.Salt[:])
}

// ciphers are the transforms of the keys in one direction, in their order.
func (k *Keys) ciphers() ([]cipher, error) {
	if len(k.Transforms) == 0 {
		return nil, ErrTransforms
	}
	var cs []cipher
	for _, t := range k.Transforms {
		c, err := newCipher(k, t)
		if err != nil {
			return nil, err
		}
		cs = append(cs, c)
	}
	return cs, nil
}

// fingerprint tells keys apart without keeping them.
type fingerprint [sha256.Size]byte

func (k *Keys) fingerprint() fingerprint {
	h := sha256.New()
	material := k.material()
	h.Write(material[:])
	h.Write([]byte{byte(k.Role)})
	for _, t := range k.Transforms {
		fmt.Fprintf(h, "%s,", string(t))
	}
	return fingerprint(h.Sum(nil))
}

// material is that of master key and salt alone: two keys with the same one
// make the same keystream.
func (k *Keys) material() fingerprint {
	h := sha256.New()
	h.Write(k.Master[:])
	h.Write(k.Salt[:])
	return fingerprint(h.Sum(nil))
}
