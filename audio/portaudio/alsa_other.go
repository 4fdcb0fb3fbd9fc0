//go:build cgo && unix && !linux

package portaudio

// driverNoise has nothing to do: only ALSA prints while a stream runs.
func driverNoise(bool) {}
