package sdp

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Crypto is what follows "a=crypto:" (RFC 4568). It is carried from a
// description to whoever understands it, and is kept behind a function: it has a
// key in it, and nothing that prints values looks into one.
type Crypto struct{ value func() string }

// NewCrypto takes the text of an attribute.
func NewCrypto(value string) Crypto { return Crypto{func() string { return value }} }

// Value is the text, with its key.
func (c Crypto) Value() string {
	if c.value == nil {
		return ""
	}
	return c.value()
}

// suite is the second word of "1 AES_CM_128_HMAC_SHA1_80 inline:...", the only
// one that may be shown. Every suite has an underscore, which base64 has not: a
// key in this place is not mistaken for one.
func (c Crypto) suite() string {
	f := strings.Fields(c.Value())
	if len(f) < 3 || !strings.Contains(f[1], "_") || strings.Contains(f[1], ":") {
		return "unknown"
	}
	return f[1]
}

// String implements fmt.Stringer.
func (c Crypto) String() string { return c.suite() + " [secret]" }

// Format implements fmt.Formatter: no verb shows more than String.
func (c Crypto) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue implements slog.LogValuer.
func (c Crypto) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText implements encoding.TextMarshaler, and with it JSON.
func (c Crypto) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
