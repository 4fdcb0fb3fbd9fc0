//go:build !cgo || !speexdsp

package dsp

func newEngine(int, int, Config) (engine, error) { return nil, ErrNotBuilt }

// Library names the library that is in use; it is empty in this build.
func Library() string { return "" }
