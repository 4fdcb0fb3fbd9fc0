package securecall

import (
	"fmt"
	"io"
	"log/slog"
)

// hidden is what every printed form of key material shows.
const hidden = "[secret]"

// Keys are the master key and salt of a call, one pair for both directions.
// However they are printed, logged or encoded, they read [secret].
type Keys struct {
	Master [masterKeyLen]byte
	Salt   [masterSaltLen]byte
}

// privateExponent is the secret half of an RSA key, big-endian. Its owners
// hold it by pointer: fmt cannot ask an unexported field to hide itself, but
// it does not follow a pointer inside a struct either.
type privateExponent struct{ d []byte }

// Format implements fmt.Formatter for every verb, %x and %#v included.
func (Keys) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// String implements fmt.Stringer.
func (Keys) String() string { return hidden }

// LogValue implements slog.LogValuer.
func (Keys) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText implements encoding.TextMarshaler, and with it JSON.
func (Keys) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Format implements fmt.Formatter.
func (privateExponent) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue implements slog.LogValuer.
func (privateExponent) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText implements encoding.TextMarshaler.
func (privateExponent) MarshalText() ([]byte, error) { return []byte(hidden), nil }
