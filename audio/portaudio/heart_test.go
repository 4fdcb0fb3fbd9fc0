package portaudio

import (
	"testing"
	"testing/synctest"
	"time"
)

// A card is even once it has called back at its pace for a while; one that races
// never is, however long it is watched.
func TestHeartIsEven(t *testing.T) {
	for _, c := range []struct {
		name  string
		beats int // of 10 ms of sound, each 10 ms
		even  bool
	}{
		{"a card", 1, true}, {"a card that prefetches a little", 2, true}, {"no card, but a file", 1000, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHeart(48000)
				for at := time.Duration(0); at < time.Second; at += 10 * time.Millisecond {
					if got, want := h.even(), c.even && at > evenAfter; got != want {
						t.Fatalf("after %v: %v, want %v", at, got, want)
					}
					for range c.beats {
						h.beat(480)
					}
					time.Sleep(10 * time.Millisecond)
				}
			})
		})
	}
}

// After a hiccup a card wants a large block once. Ten seconds later as little is
// kept ready for it as before.
func TestLargeBlockIsForgotten(t *testing.T) {
	h := newHeart(48000)
	seconds := func(n int) {
		for range n * 100 {
			h.beat(480)
		}
	}
	seconds(1)
	h.beat(3840)
	if seconds(4); h.block() != 3840 {
		t.Errorf("a block of %d after four seconds", h.block())
	}
	if seconds(7); h.block() != 480 {
		t.Errorf("a block of %d after eleven seconds", h.block())
	}
}
