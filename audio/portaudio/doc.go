// Package portaudio is the sound card as an audio.Device.
//
//	card > callback > ring > Resampler > ReadFrame
//	card < callback < ring < Resampler < WriteFrame
//
// The callback runs on a thread of the sound library with a deadline: it
// copies between the card's buffers and two rings, allocates nothing and takes
// no lock. Cards are opened at their own default rate. A card that falls silent
// (unplugged cards give no notice) makes both directions return ErrStalled.
//
// Built without cgo, the package has the same functions and no card.
package portaudio
