package sdes

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
)

// RFC 4568 6.2.1: both suites take a key of 128 and a salt of 112 bits.
const (
	masterLen = 16
	saltLen   = 14
	keyLen    = masterLen + saltLen
)

// hidden is what every printed form of a key shows.
const hidden = "[secret]"

// Key is a master key with its salt. It is kept behind a function, because
// nothing that prints values looks into one, whatever holds it.
type Key struct{ open func() [keyLen]byte }

// NewKey draws a key that nobody else has.
func NewKey() Key {
	var b [keyLen]byte
	rand.Read(b[:]) // crypto/rand.Read does not fail; it ends the process
	return Key{func() [keyLen]byte { return b }}
}

// decodeKey reads the base64 of key||salt.
func decodeKey(text string) (Key, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return Key{}, ErrSyntax
	}
	if len(raw) != keyLen {
		return Key{}, ErrKeyLength
	}
	b := [keyLen]byte(raw)
	return Key{func() [keyLen]byte { return b }}, nil
}

func (k Key) bytes() [keyLen]byte {
	if k.open == nil {
		return [keyLen]byte{}
	}
	return k.open()
}

// Master is the SRTP master key.
func (k Key) Master() [masterLen]byte {
	b := k.bytes()
	return [masterLen]byte(b[:masterLen])
}

// Salt is the SRTP master salt.
func (k Key) Salt() [saltLen]byte {
	b := k.bytes()
	return [saltLen]byte(b[masterLen:])
}

// Equal compares in constant time.
func (k Key) Equal(o Key) bool {
	a, b := k.bytes(), o.bytes()
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

func (k Key) encode() string {
	b := k.bytes()
	return base64.StdEncoding.EncodeToString(b[:])
}

// Format implements fmt.Formatter for every verb.
func (Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// String implements fmt.Stringer.
func (Key) String() string { return hidden }

// LogValue implements slog.LogValuer.
func (Key) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText implements encoding.TextMarshaler, and with it JSON.
func (Key) MarshalText() ([]byte, error) { return []byte(hidden), nil }
