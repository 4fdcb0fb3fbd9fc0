package portaudio

import (
	"fmt"
	"strings"
)

// direction is what a device is chosen for.
type direction uint8

const (
	input direction = iota
	output
)

func (d direction) String() string {
	if d == input {
		return "input"
	}
	return "output"
}

func (d direction) channels(i Info) int {
	if d == input {
		return i.Inputs
	}
	return i.Outputs
}

func (d direction) isDefault(i Info) bool {
	if d == input {
		return i.DefaultInput
	}
	return i.DefaultOutput
}

// none is the index of no device.
const none = -1

// choose finds the device for one direction. An empty name is the default
// device, then any; none if nothing has that direction at all. A name is
// looked for whole first, then as a part.
func choose(list []Info, d direction, name string) (int, error) {
	if name == "" {
		return d.chooseDefault(list), nil
	}
	name = strings.ToLower(name)
	part := none
	for i, info := range list {
		has := strings.ToLower(info.Name)
		if d.channels(info) == 0 || !strings.Contains(has, name) {
			continue
		}
		if has == name {
			return i, nil
		}
		if part == none {
			part = i
		}
	}
	if part == none {
		return none, fmt.Errorf("%s %q: %w", d, name, ErrNotFound)
	}
	return part, nil
}

func (d direction) chooseDefault(list []Info) int {
	found := none
	for i, info := range list {
		if d.channels(info) > 0 && (found == none || d.isDefault(info)) {
			found = i
		}
	}
	return found
}
