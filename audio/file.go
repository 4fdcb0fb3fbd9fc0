package audio

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"star18/audio/wav"
)

// OpenFileSource hears a WAV file, resampled to rate, then silence. It plays to
// nobody.
func OpenFileSource(path string, rate int) (Device, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open sound file: %w", err)
	}
	s, err := newFileSource(f, rate)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sound file %s: %w", path, err), f.Close())
	}
	d := newClocked(rate)
	d.capture = s.fill
	d.release = f.Close
	return d, nil
}

// fileSource converts as it reads; block is what was read and not converted.
type fileSource struct {
	reader    *wav.Reader
	resampler *Resampler
	block     []int16
	buffer    [1024]int16
	ended     bool
}

func newFileSource(r io.Reader, rate int) (*fileSource, error) {
	reader, err := wav.NewReader(r)
	if err != nil {
		return nil, err
	}
	resampler, err := NewResampler(reader.Rate(), rate)
	if err != nil {
		return nil, err
	}
	return &fileSource{reader: reader, resampler: resampler}, nil
}

func (s *fileSource) fill(pcm []int16) error {
	for len(pcm) > 0 {
		if len(s.block) == 0 {
			if err := s.refill(); err != nil {
				return err
			}
		}
		written, read := s.resampler.Process(pcm, s.block)
		pcm, s.block = pcm[written:], s.block[read:]
	}
	return nil
}

// take is fill up to the end of the file: fewer samples, and io.EOF there.
func (s *fileSource) take(pcm []int16) (int, error) {
	done := 0
	for done < len(pcm) {
		if len(s.block) == 0 {
			if s.ended {
				return done, io.EOF
			}
			if err := s.refill(); err != nil {
				return done, err
			}
		}
		written, read := s.resampler.Process(pcm[done:], s.block)
		done, s.block = done+written, s.block[read:]
	}
	return done, nil
}

// refill reads on. Behind the end comes silence, which also brings the last
// samples out of the resampler.
func (s *fileSource) refill() error {
	if s.ended {
		clear(s.buffer[:])
		s.block = s.buffer[:]
		return nil
	}
	n, err := s.reader.ReadMono(s.buffer[:])
	s.block = s.buffer[:n]
	s.ended = err == io.EOF
	if err != nil && !s.ended {
		return fmt.Errorf("read sound file: %w", err)
	}
	return nil
}

// CreateFileSink writes what is played to a WAV file. It hears silence.
func CreateFileSink(path string, rate int) (Device, error) {
	w, err := wav.Create(path, rate, 1)
	if err != nil {
		return nil, err
	}
	// The lock keeps Close from ending the file under a frame being written.
	var mu sync.Mutex
	d := newClocked(rate)
	d.play = func(pcm []int16) error {
		mu.Lock()
		defer mu.Unlock()
		if d.isClosed() {
			return ErrClosed
		}
		return w.Write(pcm)
	}
	d.release = func() error {
		mu.Lock()
		defer mu.Unlock()
		return w.Close()
	}
	return d, nil
}
