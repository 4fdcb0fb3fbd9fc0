package securecall

import (
	"bytes"
	"encoding/base64"
)

// EncodeBody is a message as the body of an INFO or of its 200: base64 in the
// standard alphabet, padded, one line.
func EncodeBody(msg []byte) []byte {
	return base64.StdEncoding.AppendEncode(nil, msg)
}

// DecodeBody undoes EncodeBody for what others send: white space is dropped
// and missing padding is forgiven. Anything else is [NotBase64].
func DecodeBody(body []byte) ([]byte, error) {
	text := dropSpace(body)
	bare := bytes.TrimRight(text, "=")
	if len(text)-len(bare) > missingPadding(len(bare)) {
		return nil, NotBase64
	}
	msg, err := base64.RawStdEncoding.AppendDecode(nil, bare)
	if err != nil {
		return nil, NotBase64
	}
	return msg, nil
}

// missingPadding is how many '=' complete a text of n characters.
func missingPadding(n int) int { return (4 - n%4) % 4 }

// dropSpace returns a copy of b without ASCII white space.
func dropSpace(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for _, c := range b {
		switch c {
		case ' ', '\t', '\r', '\n', '\v', '\f':
		default:
			out = append(out, c)
		}
	}
	return out
}
