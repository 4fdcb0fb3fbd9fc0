package rtpstream

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
)

// ErrOtherKeys refuses a second key.
var ErrOtherKeys = errors.New("other srtp keys are in use")

// Keys is one SRTP master key with its salt. It never shows its content.
type Keys struct {
	Master    [16]byte
	Salt      [14]byte
	Transform Transform
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

// fingerprint tells keys apart without keeping them.
type fingerprint [sha256.Size]byte

func (k *Keys) fingerprint() fingerprint {
	h := sha256.New()
	h.Write(k.Master[:])
	h.Write(k.Salt[:])
	h.Write([]byte(k.Transform))
	return fingerprint(h.Sum(nil))
}
