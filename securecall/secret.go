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

// secret holds bytes where no printer finds them. A method cannot do that for
// an unexported field, since fmt may not call it, and a pointer cannot either,
// since fmt follows it for a verb that does not fit. Nothing looks into a
// function.
type secret func() []byte

func hide(b []byte) secret { return func() []byte { return b } }

// Format implements fmt.Formatter for every verb, %x and %#v included.
func (Keys) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// String implements fmt.Stringer.
func (Keys) String() string { return hidden }

// LogValue implements slog.LogValuer.
func (Keys) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText implements encoding.TextMarshaler, and with it JSON.
func (Keys) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Format implements fmt.Formatter.
func (secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue implements slog.LogValuer.
func (secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText implements encoding.TextMarshaler.
func (secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
