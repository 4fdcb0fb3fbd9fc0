package audio

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// playAhead is how much of a file waits in memory: so long may the disk hang.
const playAhead = 2 * time.Second

// FilePlayer plays a WAV file once into a Booth. The disk is read by a goroutine
// of its own; the sample path takes what is there.
//
//	file ─▶ fileSource ─▶ blocks, a bounded queue ─▶ mix
type FilePlayer struct {
	blocks  chan []int16 // filled; closed at the end
	free    chan []int16
	current []int16 // left of the block being played; of the sample path
	whole   []int16

	ending sync.Once
	stop   chan struct{} // closed by Close
	over   chan struct{} // closed when all was played, or by Close
	reader sync.WaitGroup
	failed atomic.Pointer[error]
}

// playBlock is what is read at a time.
const playBlock = 100 * time.Millisecond

// OpenFilePlayer prepares a file for frames of rate samples a second. Its error
// names the file, and wav.ErrUnsupported or wav.ErrNotWAV if that is why.
func OpenFilePlayer(path string, rate int) (*FilePlayer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open sound file: %w", err)
	}
	source, err := newFileSource(f, rate)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sound file %s: %w", path, err), f.Close())
	}
	n := int(playAhead / playBlock)
	p := &FilePlayer{
		blocks: make(chan []int16, n), free: make(chan []int16, n),
		stop: make(chan struct{}), over: make(chan struct{}),
	}
	for range n { // no send ever waits: there are no more blocks
		p.free <- make([]int16, samplesIn(playBlock, rate))
	}
	p.reader.Go(func() {
		defer f.Close()
		p.read(source)
	})
	return p, nil
}

// read fills blocks until the end of the file or of the playing.
func (p *FilePlayer) read(source *fileSource) {
	defer close(p.blocks)
	for {
		var block []int16
		select {
		case block = <-p.free:
		case <-p.stop:
			return
		}
		n, err := source.take(block[:cap(block)])
		if n > 0 {
			p.blocks <- block[:n]
		}
		if err != nil {
			if err != io.EOF {
				p.failed.Store(&err)
			}
			return
		}
	}
}

// mix adds the file to pcm, saturating, and says whether all was played. A block
// that the disk owes is silence.
func (p *FilePlayer) mix(pcm []int16) (done bool) {
	for len(pcm) > 0 {
		if len(p.current) == 0 {
			if p.whole != nil {
				p.free <- p.whole // never full: it came from there
				p.whole = nil
			}
			select {
			case block, ok := <-p.blocks:
				if !ok {
					p.finish()
					return true
				}
				p.whole, p.current = block, block
			default:
				return false
			}
		}
		n := min(len(pcm), len(p.current))
		for i, v := range p.current[:n] {
			pcm[i] = saturate32(int32(pcm[i]) + int32(v))
		}
		pcm, p.current = pcm[n:], p.current[n:]
	}
	return false
}

func (p *FilePlayer) finish() { p.ending.Do(func() { close(p.over) }) }

// Over is closed when all was played, or with Close.
func (p *FilePlayer) Over() <-chan struct{} { return p.over }

// Err is why the file could not be read to its end; nil if it was.
func (p *FilePlayer) Err() error {
	if err := p.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// Close ends the reading. It is called once, by the owner, whether all was played
// or not.
func (p *FilePlayer) Close() {
	close(p.stop)
	p.finish()
	p.reader.Wait()
}
