// Package codecs knows every codec that this program has: those of package audio
// and those that a C library brings.
package codecs

import (
	"errors"
	"slices"
	"strings"

	"star18/audio"
	"star18/audio/opus"
)

// New makes a codec for one stream by its name as in audio.NewCodec, Opus too.
func New(name string) (audio.Codec, error) {
	if encoding, rest, _ := strings.Cut(name, "/"); strings.EqualFold(encoding, opus.Name) && (rest == "" || rest == "48000" || rest == "48000/2") {
		return opus.New()
	}
	return audio.NewCodec(name)
}

// Default are the codecs that calls offer, best first: wideband, then what every
// telephone has. Without libopus Opus is left out.
func Default() []string { return []string{opus.Name, "G722", "PCMU", "PCMA"} }

// Available leaves out what this build lacks a library for.
func Available(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, err := New(name)
		return errors.Is(err, opus.ErrNotBuilt)
	})
}
