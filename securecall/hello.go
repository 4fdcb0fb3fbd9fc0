package securecall

import (
	"encoding/binary"
	"fmt"
)

// Hello is the Caller Hello and the Callee Hello. Its words are as a
// big-endian reader sees them; [Observed] says which order the peer meant.
type Hello struct {
	ID          uint32
	Version     uint32 // version and flags, never interpreted
	SSRC        uint32
	Certificate MiniCertificate
}

func isHelloLen(n int) bool { return n == helloLen || n == helloLongLen }

// ParseHello takes 264 bytes, or 392 of which the last 128, a CA's modulus,
// are ignored. IDs and version are not checked: nobody has published them.
func ParseHello(msg []byte) (Hello, error) {
	if !isHelloLen(len(msg)) {
		return Hello{}, fmt.Errorf("hello of %d bytes, not %d: %w", len(msg), helloLen, BadLength)
	}
	return Hello{
		ID:          binary.BigEndian.Uint32(msg),
		Version:     binary.BigEndian.Uint32(msg[wordLen:]),
		SSRC:        binary.BigEndian.Uint32(msg[2*wordLen:]),
		Certificate: MiniCertificate(msg[helloHeader:helloLen]),
	}, nil
}

// Bytes is the message, always 264 bytes.
func (h Hello) Bytes() []byte {
	msg := make([]byte, 0, helloLen)
	msg = binary.BigEndian.AppendUint32(msg, h.ID)
	msg = binary.BigEndian.AppendUint32(msg, h.Version)
	msg = binary.BigEndian.AppendUint32(msg, h.SSRC)
	return append(msg, h.Certificate[:]...)
}
