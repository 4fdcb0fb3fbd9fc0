package portaudio

import (
	"errors"
	"testing"
)

func TestChoose(t *testing.T) {
	list := []Info{
		{Name: "HDMI 0", Outputs: 8},
		{Name: "USB Headset Pro", Inputs: 1, Outputs: 2},
		{Name: "USB Headset", Inputs: 1, Outputs: 2},
		{Name: "Built-in Microphone", Inputs: 2, DefaultInput: true},
		{Name: "Built-in Output", Outputs: 2, DefaultOutput: true},
	}
	tests := []struct {
		name string
		list []Info
		d    direction
		ask  string
		want int
		err  error
	}{
		{"default input", list, input, "", 3, nil},
		{"default output", list, output, "", 4, nil},
		{"whole name before a part", list, input, "usb headset", 2, nil},
		{"first part", list, output, "headset", 1, nil},
		{"only where there are channels", list, output, "built-in", 4, nil},
		{"not in this direction", list, input, "hdmi", none, ErrNotFound},
		{"unknown", list, output, "bluetooth", none, ErrNotFound},
		{"no default: any", list[:2], input, "", 1, nil},
		{"no microphone", list[:1], input, "", none, nil},
		{"nothing at all", nil, output, "", none, nil},
		{"a name where there is nothing", nil, output, "x", none, ErrNotFound},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := choose(test.list, test.d, test.ask)
			if got != test.want || !errors.Is(err, test.err) {
				t.Errorf("device %d, %v; want %d, %v", got, err, test.want, test.err)
			}
		})
	}
}
