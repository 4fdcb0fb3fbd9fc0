package wav

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Reasons why a file is refused.
var (
	ErrNotWAV      = errors.New("not a WAV file")
	ErrUnsupported = errors.New("unsupported WAV format")
)

// Reader gives the samples of a WAV file in order.
type Reader struct {
	r        *bufio.Reader
	rate     int
	channels int
	expand   *[256]int16 // of a companding law; nil for 16-bit PCM
	left     int64       // octets of sound not yet read
	block    [4096]byte
	stereo   [1024]int16
}

// NewReader reads the header up to the first sample.
func NewReader(r io.Reader) (*Reader, error) {
	w := &Reader{r: bufio.NewReader(r)}
	var riff [12]byte
	if _, err := io.ReadFull(w.r, riff[:]); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotWAV, err)
	}
	if string(riff[:4]) != "RIFF" || string(riff[8:]) != "WAVE" {
		return nil, fmt.Errorf("%w: no RIFF header", ErrNotWAV)
	}
	if err := w.findData(); err != nil {
		return nil, err
	}
	return w, nil
}

// findData walks the chunks up to the sound.
func (w *Reader) findData() error {
	for {
		var head [8]byte
		if _, err := io.ReadFull(w.r, head[:]); err != nil {
			return fmt.Errorf("%w: no data chunk: %w", ErrNotWAV, err)
		}
		size := int64(binary.LittleEndian.Uint32(head[4:]))
		var err error
		switch string(head[:4]) {
		case "fmt ":
			err = w.readFormat(size)
		case "data":
			return w.startData(size)
		default:
			err = w.skip(size + size&1)
		}
		if err != nil {
			return err
		}
	}
}

func (w *Reader) startData(size int64) error {
	if w.channels == 0 {
		return fmt.Errorf("%w: data before its format", ErrNotWAV)
	}
	w.left = size
	return nil
}

func (w *Reader) skip(n int64) error {
	if _, err := io.CopyN(io.Discard, w.r, n); err != nil {
		return fmt.Errorf("%w: chunk cut short: %w", ErrNotWAV, err)
	}
	return nil
}

// Rate is the number of samples per second and channel.
func (w *Reader) Rate() int { return w.rate }

// Channels is 1 or 2.
func (w *Reader) Channels() int { return w.channels }

// Read fills pcm with samples, channels interleaved, whole groups of channels
// only. At the end of the sound, or of a file cut short, it returns io.EOF.
func (w *Reader) Read(pcm []int16) (int, error) {
	pcm = pcm[:len(pcm)/w.channels*w.channels]
	done := 0
	for done < len(pcm) {
		n, err := w.readBlock(pcm[done:])
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// ReadMono fills pcm with samples of all channels mixed into one.
func (w *Reader) ReadMono(pcm []int16) (int, error) {
	if w.channels == 1 {
		return w.Read(pcm)
	}
	done := 0
	for done < len(pcm) {
		pairs := w.stereo[:min(len(w.stereo), 2*(len(pcm)-done))]
		n, err := w.Read(pairs)
		for i := 0; i < n; i += 2 {
			pcm[done] = int16((int(pairs[i]) + int(pairs[i+1])) / 2)
			done++
		}
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// readBlock reads as many samples as fit into the block buffer.
func (w *Reader) readBlock(pcm []int16) (int, error) {
	width := 2
	if w.expand != nil {
		width = 1
	}
	group := int64(width * w.channels)
	want := min(int64(len(pcm)*width), int64(len(w.block)), w.left) / group * group
	if want == 0 {
		return 0, io.EOF
	}
	got, err := io.ReadFull(w.r, w.block[:want])
	w.left -= int64(got)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	octets := w.block[:int64(got)/group*group]
	if w.expand != nil {
		return w.expandInto(pcm, octets), err
	}
	for i := 0; i < len(octets); i += 2 {
		pcm[i/2] = int16(binary.LittleEndian.Uint16(octets[i:]))
	}
	return len(octets) / 2, err
}

func (w *Reader) expandInto(pcm []int16, octets []byte) int {
	for i, b := range octets {
		pcm[i] = w.expand[b]
	}
	return len(octets)
}
