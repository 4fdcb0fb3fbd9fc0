package securecall

import (
	"encoding/binary"
	"fmt"
)

// Final is the Caller Final: one sealed block when joined, two when split.
type Final struct {
	ID   uint32
	Key  [blockLen]byte  // the master key, or key and salt
	Salt *[blockLen]byte // nil in the joined form
}

func isFinalLen(n int) bool { return n == finalSplitLen || n == finalJoinLen }

// ParseFinal takes 132 bytes (split) or 68 (joined). It opens nothing.
func ParseFinal(msg []byte) (Final, error) {
	if !isFinalLen(len(msg)) {
		return Final{}, fmt.Errorf("final of %d bytes, not %d or %d: %w", len(msg), finalSplitLen, finalJoinLen, BadLength)
	}
	f := Final{ID: binary.BigEndian.Uint32(msg), Key: [blockLen]byte(msg[wordLen:])}
	if len(msg) == finalSplitLen {
		salt := [blockLen]byte(msg[finalJoinLen:])
		f.Salt = &salt
	}
	return f, nil
}

// Bytes is the message.
func (f Final) Bytes() []byte {
	msg := binary.BigEndian.AppendUint32(make([]byte, 0, finalSplitLen), f.ID)
	msg = append(msg, f.Key[:]...)
	if f.Salt != nil {
		msg = append(msg, f.Salt[:]...)
	}
	return msg
}

// Form is split or joined.
func (f Final) Form() FinalForm {
	if f.Salt == nil {
		return Joined
	}
	return Split
}
