package dsp

// frames cuts frames of any length into blocks. As long as every frame is made
// of whole blocks they are processed where they lie, with no delay; from the
// first one that is not, all go through a buffer that delays them by one block.
type frames struct {
	block    int
	buffered bool
	in, out  []int16 // less than a block; what is ready
}

func newFrames(block int) frames {
	return frames{block: block, in: make([]int16, 0, block), out: make([]int16, 0, 2*block)}
}

// through lets f process pcm in blocks.
func (f *frames) through(pcm []int16, process func([]int16)) {
	if !f.buffered && len(pcm)%f.block == 0 {
		for ; len(pcm) > 0; pcm = pcm[f.block:] {
			process(pcm[:f.block])
		}
		return
	}
	if !f.buffered {
		f.buffered = true
		f.out = f.out[:f.block] // the delay, in silence
		clear(f.out)
	}
	for len(pcm) > 0 {
		pcm = pcm[f.some(pcm, process):]
	}
}

// some moves as much of pcm as fills a block.
func (f *frames) some(pcm []int16, process func([]int16)) int {
	n := min(len(pcm), f.block-len(f.in))
	f.in = append(f.in, pcm[:n]...)
	if len(f.in) == f.block {
		process(f.in)
		f.out = append(f.out, f.in...)
		f.in = f.in[:0]
	}
	copy(pcm, f.out[:n])
	f.out = f.out[:copy(f.out, f.out[n:])]
	return n
}
