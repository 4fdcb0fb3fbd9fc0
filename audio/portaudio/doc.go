// Package portaudio is the sound card as an audio.Device.
//
//	card > callback > ring > Resampler > ReadFrame
//	card < callback < ring < Resampler < WriteFrame
//
// The callback runs on a thread of the sound library with a deadline: it
// copies between the card's buffers and two rings, allocates nothing and takes
// no lock. Cards are opened at their own rate. Where a frame is not there in time
// both directions return audio.ErrLate, and ErrStalled from a card that is silent
// for half a second: unplugged cards give no notice.
//
// Built without cgo, the package has the same functions and no card.
package portaudio
