package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
)

// ErrFull is returned when sound would no longer fit the 32-bit sizes of a WAV
// file (some 37 hours of mono at 16000 Hz). What was written stays valid.
var ErrFull = errors.New("wav file is full")

const (
	headerSize  = 44
	sampleWidth = 2
	// maxData leaves room for the header in the RIFF size and is whole samples.
	maxData = math.MaxUint32 - headerSize - 3
)

// Writer writes 16-bit PCM. The sizes in the header are refreshed about once a
// second of sound, so the file plays even if the process dies.
type Writer struct {
	w         io.WriteSeeker
	close     func() error
	rate      int
	channels  int
	size      int64 // octets of sound
	limit     int64
	refreshed int64 // size that the header tells
	block     []byte
}

// Create makes a file that only its owner may read, for recorded calls are
// private.
func Create(path string, rate, channels int) (*Writer, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create recording: %w", err)
	}
	w, err := newWriter(f, rate, channels)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	w.close = f.Close
	return w, nil
}

// CreateNew is Create, and never touches a file that exists: call.wav then becomes
// call-2.wav, and so on. It returns the name.
func CreateNew(path string, rate, channels int) (*Writer, string, error) {
	ext := filepath.Ext(path)
	for n, name := 2, path; ; n++ {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) && n <= maxNumber {
			name = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ext), n, ext)
			continue
		}
		if err != nil {
			return nil, "", fmt.Errorf("create recording: %w", err)
		}
		w, err := newWriter(f, rate, channels)
		if err != nil {
			return nil, "", errors.Join(err, f.Close(), os.Remove(name))
		}
		w.close = f.Close
		return w, name, nil
	}
}

// maxNumber of recordings of one name; more are somebody's mistake.
const maxNumber = 9999

func newWriter(ws io.WriteSeeker, rate, channels int) (*Writer, error) {
	if rate < 1 || channels < 1 || channels > 2 {
		return nil, fmt.Errorf("%w: %d channels at %d Hz", ErrUnsupported, channels, rate)
	}
	w := &Writer{w: ws, close: func() error { return nil }, rate: rate, channels: channels, limit: maxData}
	if _, err := ws.Write(w.header()); err != nil {
		return nil, fmt.Errorf("write wav header: %w", err)
	}
	return w, nil
}

// header is the whole header for the present size.
func (w *Writer) header() []byte {
	le := binary.LittleEndian
	align := w.channels * sampleWidth
	h := append(make([]byte, 0, headerSize), "RIFF"...)
	h = le.AppendUint32(h, uint32(headerSize-8+w.size))
	h = append(h, "WAVEfmt "...)
	h = le.AppendUint32(h, plainFormat)
	h = le.AppendUint16(h, tagPCM)
	h = le.AppendUint16(h, uint16(w.channels))
	h = le.AppendUint32(h, uint32(w.rate))
	h = le.AppendUint32(h, uint32(w.rate*align))
	h = le.AppendUint16(h, uint16(align))
	h = le.AppendUint16(h, sampleWidth*8)
	h = append(h, "data"...)
	return le.AppendUint32(h, uint32(w.size))
}

// Write appends samples, channels interleaved.
func (w *Writer) Write(pcm []int16) error {
	n := int64(len(pcm) * sampleWidth)
	if w.size+n > w.limit {
		return ErrFull
	}
	w.block = w.block[:0]
	for _, s := range pcm {
		w.block = binary.LittleEndian.AppendUint16(w.block, uint16(s))
	}
	if _, err := w.w.Write(w.block); err != nil {
		return fmt.Errorf("write wav: %w", err)
	}
	w.size += n
	if w.size-w.refreshed >= int64(w.rate*w.channels*sampleWidth) {
		return w.refresh()
	}
	return nil
}

// refresh rewrites the header over itself and returns to the end.
func (w *Writer) refresh() error {
	if _, err := w.w.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("refresh wav header: %w", err)
	}
	if _, err := w.w.Write(w.header()); err != nil {
		return fmt.Errorf("refresh wav header: %w", err)
	}
	w.refreshed = w.size
	if _, err := w.w.Seek(headerSize+w.size, io.SeekStart); err != nil {
		return fmt.Errorf("refresh wav header: %w", err)
	}
	return nil
}

// Close makes the header final and closes the file.
func (w *Writer) Close() error {
	return errors.Join(w.refresh(), w.close())
}
