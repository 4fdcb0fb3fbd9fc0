package rtpstream

import (
	"sync/atomic"

	"star18/audio"
)

// decoders is the codec of a playout whose stream changes its format. The
// payload type tells the decoder of a packet, but the playout does not keep it;
// so an octet before the payload does, while the packet waits for its turn:
//
//	decoder, payload ...
//
// Name and rates are those of the first codec. A decoder that was put in place
// stays there until slots further ones were: long after its last packet.
type decoders struct {
	audio.Codec
	slots  [slots]atomic.Pointer[audio.Codec]
	latest uint8 // the place that decoded last; the playout's
}

const slots = 16

func newDecoders(first audio.Codec) *decoders {
	d := &decoders{Codec: first}
	d.slots[0].Store(&first)
	return d
}

// add puts a decoder after the latest one and returns its place.
func (d *decoders) add(latest uint8, c audio.Codec) uint8 {
	place := (latest + 1) % slots
	d.slots[place].Store(&c)
	return place
}

func (d *decoders) Decode(dst []int16, named []byte) (int, error) {
	d.latest = named[0]
	return (*d.slots[d.latest].Load()).Decode(dst, named[1:])
}

// Correct asks the decoder of a lost packet, if the next one is for it too.
func (d *decoders) Correct(dst []int16, next []byte) int {
	c, ok := (*d.slots[d.latest].Load()).(audio.LossCorrector)
	if !ok || next[0] != d.latest {
		return 0
	}
	return c.Correct(dst, next[1:])
}

// Conceal tells the decoder of a lost packet, which is as the one before it.
func (d *decoders) Conceal(dst []int16) int {
	if c, ok := (*d.slots[d.latest].Load()).(audio.LossConcealer); ok {
		return c.Conceal(dst)
	}
	return 0
}
