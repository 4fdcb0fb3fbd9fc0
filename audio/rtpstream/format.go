package rtpstream

import (
	"fmt"
	"time"

	"star18/audio"
)

// Format is how speech is coded and cut into packets: what a re-INVITE may
// change on a running stream.
type Format struct {
	Codec  audio.Codec // the stream's own
	SendPT uint8       // payload types of the codec in each direction
	RecvPT uint8
	Ptime  time.Duration

	// Payload types of telephone events (RFC 4733) on the codec's clock; 0, which
	// is never theirs: none in this direction.
	EventSendPT uint8
	EventRecvPT uint8

	// Payload types of comfort noise (RFC 3389) on the codec's clock. To send: 0,
	// which is never its, sends speech only; else silence is suppressed while the
	// stream is clear. To receive: 0 is 13, if that fits the codec's clock.
	NoiseSendPT uint8
	NoiseRecvPT uint8
}

// staticNoise is the payload type of comfort noise on a clock of 8000 Hz (RFC
// 3389 section 4). Peers send it without having agreed on it.
const (
	staticNoise      = 13
	staticNoiseClock = 8000
)

// noise is the payload type to take as comfort noise, 0 if none.
func (f *Format) noise() uint8 {
	if f.NoiseRecvPT == 0 && f.Codec.ClockRate() == staticNoiseClock {
		return staticNoise
	}
	return f.NoiseRecvPT
}

// maxPtime is the longest packet time that SPA lines know.
const maxPtime = 160 * time.Millisecond

func (f *Format) check(device audio.Device) error {
	switch {
	case f.Codec == nil:
		return fmt.Errorf("%w: no codec", ErrConfig)
	case !convertible(device.Rate()) || !convertible(f.Codec.Rate()):
		return fmt.Errorf("%w: device runs at %d Hz, codec at %d", ErrConfig, device.Rate(), f.Codec.Rate())
	case max(f.SendPT, f.RecvPT, f.EventSendPT, f.EventRecvPT, f.NoiseSendPT, f.NoiseRecvPT) >= markerBit:
		return fmt.Errorf("%w: payload type %d, %d, %d or %d", ErrConfig, f.SendPT, f.RecvPT, f.EventSendPT, f.EventRecvPT)
	case f.Ptime < time.Millisecond || f.Ptime > maxPtime || f.Ptime%time.Millisecond != 0:
		return fmt.Errorf("%w: packet time %v", ErrConfig, f.Ptime)
	}
	return nil
}

// convertible rates have whole samples in a millisecond, so that a frame of one
// is a frame of the other.
func convertible(rate int) bool {
	return rate >= audio.MinRate && rate <= audio.MaxRate && rate%1000 == 0
}

// frame is the number of samples, or of timestamp units, of one packet.
func (f *Format) frame(rate int) int {
	return int(time.Duration(rate) * f.Ptime / time.Second)
}

// sameCodec reports whether one codec can stand for the other.
func sameCodec(a, b audio.Codec) bool {
	return a.Name() == b.Name() && a.Rate() == b.Rate() && a.ClockRate() == b.ClockRate()
}

// Renegotiate goes on in another format, as a new offer and answer say, in
// clear or protected: SSRC, sequence, keys and counters go on. What is the same
// as before keeps its state.
//
// A codec with another clock keeps counting the timestamp from where it is (RFC
// 7160 section 4.1). The device stays, and runs at the rate it has.
func (s *Stream) Renegotiate(f Format) error {
	if err := f.check(s.device); err != nil {
		return err
	}
	s.control.Lock()
	defer s.control.Unlock()
	old := s.format
	if sameCodec(f.Codec, old.Codec) {
		f.Codec = old.Codec // a coder may have a memory
	}
	s.format = f
	if f.Codec != old.Codec || f.SendPT != old.SendPT || f.Ptime != old.Ptime ||
		f.EventSendPT != old.EventSendPT || f.NoiseSendPT != old.NoiseSendPT {
		s.outgoing.Store(newOutgoing(f, s.device.Rate()))
	}
	switch in := s.incoming.Load(); {
	case f.Codec != old.Codec || f.RecvPT != old.RecvPT:
		s.incoming.Store(in.next(f, s.hearing))
	case f.EventRecvPT != old.EventRecvPT || f.noise() != old.noise():
		s.incoming.Store(in.renumber(f))
	}
	return nil
}

// outgoing is a format on its way to the send goroutine, which alone uses it.
type outgoing struct {
	encode func(dst []byte, pcm []int16) int
	pt     uint8
	event  uint8  // payload type of telephone events, 0: none
	noise  uint8  // and of comfort noise
	clock  int    // timestamp units of a second
	units  uint32 // and of a frame
	pcm    []int16
	coded  []int16          // pcm at the codec's rate
	to     *audio.Resampler // between them; nil: they are one

	suppressor *audio.Suppressor // nil: all is sent
}

func newOutgoing(f Format, rate int) *outgoing {
	o := &outgoing{
		encode: f.Codec.Encode,
		pt:     f.SendPT,
		event:  f.EventSendPT,
		noise:  f.NoiseSendPT,
		clock:  f.Codec.ClockRate(),
		units:  uint32(f.frame(f.Codec.ClockRate())),
		pcm:    make([]int16, f.frame(rate)),
	}
	o.coded, o.to = o.pcm, converter(rate, f.Codec.Rate())
	if o.to != nil {
		o.coded = make([]int16, f.frame(f.Codec.Rate()))
	}
	if o.noise != 0 {
		o.suppressor = audio.NewSuppressor(f.Codec.Rate())
	}
	return o
}

// convert brings the frame in pcm to the codec's rate.
func (o *outgoing) convert() {
	if o.to != nil {
		o.to.Process(o.coded, o.pcm)
	}
}

// converter is ready for whole frames; nil where there is nothing to convert.
func converter(from, to int) *audio.Resampler {
	if from == to {
		return nil
	}
	r, err := audio.NewResampler(from, to)
	if err != nil {
		return nil // Format.check has refused such rates
	}
	r.Prime()
	return r
}

// incoming is what the receive goroutine makes of speech. A value never
// changes; another format publishes a new one.
type incoming struct {
	*hearing
	decoders *decoders
	clock    int
	now      reading
	before   reading // packets of the format before are under way, and peers change late
	events   payloadTypes
	noise    payloadTypes
}

// reading is a payload type and its decoder.
type reading struct {
	pt      uint8
	decoder uint8
}

func newIncoming(f Format, hear func(audio.Codec) *hearing) *incoming {
	d := newDecoders(f.Codec)
	r := reading{pt: f.RecvPT}
	return &incoming{
		hearing: hear(d), decoders: d, clock: f.Codec.ClockRate(), now: r, before: r,
		events: payloadTypes{f.EventRecvPT, f.EventRecvPT},
		noise:  payloadTypes{f.noise(), f.noise()},
	}
}

// next goes over to another format. Packets of both meet in one playout, in
// their order, so nothing is lost and nothing clicks. A playout counts by one
// clock and plays at one rate: others need another playout.
func (in *incoming) next(f Format, hear func(audio.Codec) *hearing) *incoming {
	if f.Codec.ClockRate() != in.clock || f.Codec.Rate() != in.decoders.Rate() {
		return newIncoming(f, hear)
	}
	now := reading{pt: f.RecvPT, decoder: in.decoders.add(in.now.decoder, f.Codec)}
	return &incoming{
		hearing: in.hearing, decoders: in.decoders, clock: in.clock, now: now, before: in.now,
		events: payloadTypes{f.EventRecvPT, in.events[0]},
		noise:  payloadTypes{f.noise(), in.noise[0]},
	}
}

// renumber takes telephone events and comfort noise under other payload types.
func (in *incoming) renumber(f Format) *incoming {
	next := *in
	next.events = payloadTypes{f.EventRecvPT, in.events[0]}
	next.noise = payloadTypes{f.noise(), in.noise[0]}
	return &next
}

// decoder is the one for a payload type that takes has accepted.
func (in *incoming) decoder(pt uint8) uint8 {
	if pt == in.now.pt {
		return in.now.decoder
	}
	return in.before.decoder
}

func (in *incoming) types() payloadTypes { return payloadTypes{in.now.pt, in.before.pt} }

// payloadTypes are those that may be played: that of the format agreed on and
// that of the one before.
type payloadTypes [2]uint8

func (p payloadTypes) take(pt uint8) bool { return pt == p[0] || pt == p[1] }
