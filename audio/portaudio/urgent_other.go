//go:build cgo && !linux

package portaudio

// urgent has nothing to do: the sound library gives its thread real time itself.
func urgent() {}
