//go:build cgo && !linux

package portaudio

func forgetPulseLatency() {}
