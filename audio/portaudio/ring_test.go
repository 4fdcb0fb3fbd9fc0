package portaudio

import (
	"slices"
	"sync"
	"testing"
)

func TestRing(t *testing.T) {
	r := newRing(5)
	if r.free() != 8 {
		t.Errorf("room for %d, want the next power of two", r.free())
	}
	if n := r.write([]int16{1, -1, 2, -2, 3, -3}, 2); n != 3 || r.len() != 3 {
		t.Errorf("wrote %d of stereo, %d wait; want 3", n, r.len())
	}
	r.discard(1)
	out := make([]int16, 6)
	if n := r.read(out, 2); n != 2 || !slices.Equal(out[:4], []int16{2, 2, 3, 3}) {
		t.Errorf("read %d: %v", n, out)
	}
	if n := r.write(make([]int16, 20), 1); n != 8 || r.free() != 0 {
		t.Errorf("a full ring took %d, has room for %d", n, r.free())
	}
	r.discard(100)
	if r.len() != 0 {
		t.Errorf("%d left after discarding more than all", r.len())
	}
}

// One writes, one reads, as fast as they can: all arrives, in order.
func TestRingBetweenGoroutines(t *testing.T) {
	const total = 200000
	r := newRing(256)
	var writer sync.WaitGroup
	writer.Go(func() {
		block := make([]int16, 100)
		for sent := 0; sent < total; {
			for i := range block {
				block[i] = int16(sent + i)
			}
			sent += r.write(block[:min(len(block), total-sent)], 1)
		}
	})
	block := make([]int16, 77)
	for got := 0; got < total; {
		n := r.read(block, 1)
		for i := range n {
			if block[i] != int16(got+i) {
				t.Fatalf("sample %d is %d", got+i, block[i])
			}
		}
		got += n
	}
	writer.Wait()
}
