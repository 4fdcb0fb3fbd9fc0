//go:build !cgo || !opus

package opus

import "star18/audio"

// Library names the library that is in use; it is empty in this build.
func Library() string { return "" }

// New always fails.
func New() (audio.Codec, error) { return nil, ErrNotBuilt }
