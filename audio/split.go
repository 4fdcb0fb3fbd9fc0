package audio

import (
	"errors"
	"fmt"
)

// Split captures from one device and plays to another. Their rates must agree:
// a device is opened for the rate it is used at, so anything else is a mistake
// of the program and panics.
func Split(in, out Device) Device {
	if in.Rate() != out.Rate() {
		panic(fmt.Sprintf("audio: split between %d and %d Hz", in.Rate(), out.Rate()))
	}
	return split{in, out}
}

type split struct{ in, out Device }

func (s split) Rate() int                    { return s.in.Rate() }
func (s split) ReadFrame(pcm []int16) error  { return s.in.ReadFrame(pcm) }
func (s split) WriteFrame(pcm []int16) error { return s.out.WriteFrame(pcm) }
func (s split) Close() error                 { return errors.Join(s.in.Close(), s.out.Close()) }
