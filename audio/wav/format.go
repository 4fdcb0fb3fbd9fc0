package wav

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// Format tags of the WAVE registry (RFC 2361).
const (
	tagPCM        = 0x0001
	tagALaw       = 0x0006
	tagMuLaw      = 0x0007
	tagExtensible = 0xFFFE
)

// Lengths of the fmt chunk.
const (
	plainFormat      = 16
	extensibleFormat = 40
)

// subFormatTail is the part of an extensible format's GUID that is the same for
// every registered tag; the tag itself comes before it.
var subFormatTail = []byte{0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71}

// readFormat takes a fmt chunk of any size.
func (w *Reader) readFormat(size int64) error {
	if size < plainFormat {
		return fmt.Errorf("%w: format chunk of %d octets", ErrNotWAV, size)
	}
	var chunk [extensibleFormat]byte
	known := min(size, extensibleFormat)
	if _, err := io.ReadFull(w.r, chunk[:known]); err != nil {
		return fmt.Errorf("%w: format chunk cut short: %w", ErrNotWAV, err)
	}
	if err := w.parseFormat(chunk[:known]); err != nil {
		return err
	}
	return w.skip(size - known + size&1)
}

func (w *Reader) parseFormat(chunk []byte) error {
	tag := binary.LittleEndian.Uint16(chunk[0:])
	channels := binary.LittleEndian.Uint16(chunk[2:])
	rate := binary.LittleEndian.Uint32(chunk[4:])
	align := binary.LittleEndian.Uint16(chunk[12:])
	bits := binary.LittleEndian.Uint16(chunk[14:])
	if tag == tagExtensible && len(chunk) == extensibleFormat && bytes.Equal(chunk[26:40], subFormatTail) {
		tag = binary.LittleEndian.Uint16(chunk[24:])
	}
	wantBits := uint16(8)
	switch tag {
	case tagPCM:
		wantBits, w.expand = 16, nil
	case tagALaw:
		w.expand = &alaw
	case tagMuLaw:
		w.expand = &mulaw
	default:
		return fmt.Errorf("%w: coding %#04x", ErrUnsupported, tag)
	}
	if bits != wantBits || channels < 1 || channels > 2 || align != channels*wantBits/8 || rate == 0 || rate > 1<<20 {
		return fmt.Errorf("%w: %d channels of %d bits at %d Hz", ErrUnsupported, channels, bits, rate)
	}
	w.rate, w.channels = int(rate), int(channels)
	return nil
}
