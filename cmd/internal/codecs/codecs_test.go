package codecs

import (
	"errors"
	"slices"
	"testing"

	"star18/audio"
	"star18/audio/opus"
)

func TestOpusIsFoundOrSaidToBeMissing(t *testing.T) {
	for _, name := range []string{"opus", "OPUS", "opus/48000", "opus/48000/2"} {
		codec, err := New(name)
		if opus.Library() == "" {
			if !errors.Is(err, opus.ErrNotBuilt) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || codec.Name() != "opus" || codec.ClockRate() != 48000 {
			t.Errorf("%s: %v, %v", name, codec, err)
		}
	}
	for _, name := range []string{"opus/8000", "opus/48000/1", "opusx"} {
		if _, err := New(name); !errors.Is(err, audio.ErrUnknownCodec) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever the build, something is left that every telephone has.
func TestAvailable(t *testing.T) {
	got := Available(Default())
	if opus.Library() != "" && !slices.Equal(got, Default()) || opus.Library() == "" && !slices.Equal(got, []string{"G722", "PCMU", "PCMA"}) {
		t.Errorf("%v", got)
	}
	if got := Available([]string{"PCMA", "unknown"}); !slices.Equal(got, []string{"PCMA", "unknown"}) {
		t.Errorf("%v", got) // what is wrong is said elsewhere
	}
}
