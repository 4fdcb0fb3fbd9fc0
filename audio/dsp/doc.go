// Package dsp takes the echo, the noise and the differences of level out of what
// a microphone hears: speexdsp does the arithmetic, this package brings it the
// right samples.
//
//	WriteFrame ─┬──────────────────────────────▶ device ─▶ loudspeaker
//	            └▶ ring ─▶ history ─┬───────────┐              ┆ room
//	                     delay estimator ─▶ aligner            ┆
//	                       ▲                    ▼              ▼
//	ReadFrame ◀─ gain, noise, residual ◀─ canceller ◀─ device ◀─ microphone
//
// What is played comes back after a time that nobody tells: buffers of the card,
// of the sound server and of this program. The delay estimator finds it by
// correlating what was played with what is heard, and follows it: leaps, and the
// drift of two clocks. As long as it
// finds nothing (a headset, a call without sound) the canceller does nothing at
// all, so a microphone that hears no echo is not touched by it.
//
// All of it runs in the goroutine that reads. The one that writes only copies its
// frames into a ring without a lock.
//
// The work is done in blocks of 10 ms. The canceller adds no delay, noise
// suppression and gain add one block (they overlap and add), and frames that are
// no multiple of a block add another. Above 16 kHz only the band below 8 kHz is
// treated, what lies above follows its level, and 2 ms are added.
//
// Without cgo or the build tag speexdsp, Wrap fails with ErrNotBuilt.
package dsp
