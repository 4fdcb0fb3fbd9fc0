package sipnet

import (
	"bytes"
	"errors"
	"strconv"
)

// maxMessage is more than any message that a telephone needs, and what sipgo
// reads at once.
const maxMessage = 32768 - 1

// errFraming: where the next message of a stream begins can no longer be told.
var errFraming = errors.New("stream without message boundaries")

// piece is what stands at the beginning of a stream (RFC 3261 18.3, RFC 5626
// 3.5.1).
type piece int

const (
	pieceNone    piece = iota // not enough has arrived yet
	pieceBreak                // a single CRLF: the answer to a ping, or padding
	piecePing                 // two of them
	pieceMessage              // a whole message
	pieceBroken               // a header without a usable Content-Length
)

// frame finds the first piece of buf and its length. A message ends where its
// Content-Length says.
func frame(buf []byte) (piece, int) {
	switch {
	case bytes.HasPrefix(buf, []byte("\r\n\r\n")):
		return piecePing, 4
	case bytes.HasPrefix(buf, []byte("\r\n")):
		return pieceBreak, 2
	case len(buf) == 0 || len(buf) == 1 && buf[0] == '\r':
		return pieceNone, 0
	}
	end := headEnd(buf)
	if end < 0 {
		return tooLong(len(buf))
	}
	body, ok := bodyLength(buf[:end])
	switch {
	case !ok:
		return pieceBroken, end
	case end+body > maxMessage:
		return pieceBroken, end
	case len(buf) < end+body:
		return pieceNone, 0
	}
	return pieceMessage, end + body
}

func tooLong(n int) (piece, int) {
	if n > maxMessage {
		return pieceBroken, n
	}
	return pieceNone, 0
}

// headEnd is the length of start line and header with the empty line, or -1.
func headEnd(buf []byte) int {
	if i := bytes.Index(buf, []byte("\r\n\r\n")); i >= 0 {
		return i + 4
	}
	return -1
}

// bodyLength reads Content-Length, also in its compact form and on a line of its
// own (RFC 3261 7.3.1). None, several that disagree, and anything but a number end
// the stream: what follows could be read in two ways.
func bodyLength(head []byte) (n int, ok bool) {
	for line := range bytes.SplitSeq(unfolded(head), []byte("\r\n")) {
		name, value, is := bytes.Cut(line, []byte(":"))
		name = bytes.TrimRight(name, " \t")
		if !is || !bytes.EqualFold(name, []byte("Content-Length")) && !bytes.EqualFold(name, []byte("l")) {
			continue
		}
		v, err := strconv.ParseUint(string(bytes.TrimSpace(value)), 10, 31)
		if err != nil || ok && int(v) != n {
			return 0, false
		}
		n, ok = int(v), true
	}
	return n, ok
}

func unfolded(head []byte) []byte {
	head = bytes.ReplaceAll(head, []byte("\r\n "), []byte("  "))
	return bytes.ReplaceAll(head, []byte("\r\n\t"), []byte("  "))
}
