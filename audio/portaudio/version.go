//go:build cgo

package portaudio

import "github.com/gordonklaus/portaudio"

// Library names the sound library and its version; it is empty in a build
// without.
func Library() string { return portaudio.VersionText() }
