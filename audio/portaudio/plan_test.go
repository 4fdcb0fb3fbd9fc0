package portaudio

import (
	"errors"
	"slices"
	"testing"
)

// A stand-in takes the place of what is missing and of nothing else, and what is
// missing is told.
func TestPlans(t *testing.T) {
	list := []Info{
		{Name: "Mic", Inputs: 1, DefaultInput: true},
		{Name: "Speaker", Outputs: 2, DefaultOutput: true},
		{Name: "Headset", Inputs: 1, Outputs: 2},
	}
	for _, c := range []struct {
		name string
		list []Info
		cfg  Config
		want []plan
		err  error
	}{
		{"the defaults", list, Config{}, []plan{{0, 1}}, nil},
		{"the defaults, or nothing else", list, Config{StandIn: true}, []plan{{0, 1}}, nil},
		{"a headset", list, Config{Input: "headset", Output: "headset"}, []plan{{2, 2}}, nil},
		{"a headset that may fail", list, Config{Input: "headset", Output: "headset", StandIn: true},
			[]plan{{2, 2}, {0, 2}, {2, 1}, {0, 1}}, nil},
		{"a headset that is gone", list[:2], Config{Input: "headset", Output: "headset"}, nil, ErrNotFound},
		{"a stand-in for it", list[:2], Config{Input: "headset", Output: "headset", StandIn: true}, []plan{{0, 1}}, ErrNotFound},
		{"a microphone that is gone", list[:2], Config{Input: "headset", StandIn: true}, []plan{{0, 1}}, ErrNotFound},
		{"no microphone", list[1:2], Config{}, nil, ErrNoCard},
		{"silence for it", list[1:2], Config{StandIn: true}, []plan{{none, 0}}, ErrNoCard},
		{"only a loudspeaker wanted", list[1:2], Config{Only: OnlyOutput}, []plan{{none, 0}}, nil},
		{"only a microphone wanted", list, Config{Only: OnlyInput, StandIn: true}, []plan{{0, none}}, nil},
	} {
		got, err := choosePair(c.list, c.cfg)
		if !slices.Equal(got, c.want) || !errors.Is(err, c.err) {
			t.Errorf("%s: %v, %v; want %v, %v", c.name, got, err, c.want, c.err)
		}
	}
}
