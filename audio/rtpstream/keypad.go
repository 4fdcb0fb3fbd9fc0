package rtpstream

import (
	"errors"
	"net/netip"
	"time"

	"star18/audio"
	"star18/audio/dtmf"
)

// Reasons why keys are not sent.
var (
	ErrNoEvents   = errors.New("the stream has no payload type for telephone events")
	ErrNoTone     = errors.New("the key has no tone")
	ErrManyKeys   = errors.New("too many keys wait to be sent")
	ErrNotSending = errors.New("the stream does not send now")
)

// maxPresses may wait for their turn.
const maxPresses = 64

// pressing is a press on its way to the send goroutine: as event packets, or as
// sound if there is a tone.
type pressing struct {
	dtmf.Press
	tone *audio.Tone
}

// Press sends keys one after the other, after those that wait, as telephone
// events or in the sound. It takes all of them or none, and returns before they
// are sent. What has not begun when the stream stops to send is dropped.
func (s *Stream) Press(keys []dtmf.Press, inband bool) error {
	s.control.Lock()
	defer s.control.Unlock()
	var list []pressing
	for _, k := range keys {
		p := pressing{Press: k}
		if inband {
			if p.tone = dtmf.Tone(k, s.device.Rate()); p.tone == nil {
				return ErrNoTone
			}
		}
		list = append(list, p)
	}
	switch {
	case !inband && s.format.EventSendPT == 0:
		return ErrNoEvents
	case !s.sending.Load():
		return ErrNotSending
	case len(list) > cap(s.presses)-len(s.presses):
		return ErrManyKeys
	}
	for _, p := range list {
		s.presses <- p // has room: nobody else adds while control is held
	}
	return nil
}

// DetectKeys finds keys in the peer's sound from now on, or no more. Where
// telephone events were agreed it stays off: a gateway may let the sound through
// as well, and a key would be told twice.
func (s *Stream) DetectKeys(on bool) { s.listening.Store(on) }

// keypad is what the send goroutine makes of presses.
type keypad struct {
	events dtmf.Sender
	tone   *audio.Tone
	pause  int // samples of silence after it
}

// idle: the next press may begin.
func (k *keypad) idle() bool { return k.tone == nil && k.pause == 0 && k.events.Ready() }

// takePress begins the next press if it is time to, and returns the packets that
// go out in place of this frame.
func (x *sender) takePress(sends bool) []dtmf.Packet {
	k := &x.keypad
	if !sends {
		x.dropPresses()
		return nil
	}
	// A key that was pressed in a format that has just been agreed waits for it.
	if k.idle() && x.format == x.s.outgoing.Load() {
		select {
		case p := <-x.s.presses:
			x.begin(p)
		default:
		}
	}
	events, _ := k.events.Step(x.format.units)
	return events
}

func (x *sender) begin(p pressing) {
	k := &x.keypad
	switch {
	case p.tone != nil:
		k.tone, k.pause = p.tone, int(dtmf.Gap*time.Duration(x.s.device.Rate())/time.Second)
	case x.format.event != 0: // it was there when the key was pressed
		k.events.Begin(p.Press, x.time, x.format.clock)
	}
}

// dropPresses forgets what was to be sent: nobody would hear it now, and later it
// would come as a surprise.
func (x *sender) dropPresses() {
	k := &x.keypad
	k.tone, k.pause = nil, 0
	k.events.Abort()
	for {
		select {
		case <-x.s.presses:
		default:
			return
		}
	}
}

// sound puts the tone of a key, and the silence after it, in place of what the
// device captured.
func (k *keypad) sound(pcm []int16) {
	switch {
	case k.tone != nil:
		clear(pcm)
		if k.tone.Mix(pcm) {
			k.tone = nil
		}
	case k.pause > 0:
		clear(pcm)
		k.pause = max(0, k.pause-len(pcm))
	}
}

// sendEvents sends packets of a telephone event. They take their sequence numbers
// and their place in the keystream from the audio (RFC 4733 section 2.1).
func (x *sender) sendEvents(events []dtmf.Packet, to netip.AddrPort, now time.Time) {
	for i := range events {
		events[i].Put(x.packet[fixedHeader:])
		x.send(header{marker: events[i].Marker, pt: x.format.event, time: events[i].Timestamp}, dtmf.PayloadSize, to, now)
	}
}

// pressClear takes a telephone event of the clear stream.
func (r *receiver) pressClear(a arrival) {
	payload, ok := a.payload(a.packet)
	switch {
	case !ok:
		r.s.count.refused.add(badPadding)
		return
	case len(payload) < dtmf.PayloadSize:
		r.s.count.refused.add(shortEvent)
		return
	case !r.admitted(a, true):
		return
	}
	r.s.count.receivedClear.add(len(a.packet))
	r.s.setRemoteSSRC(a.ssrc)
	r.heard(a)
	r.press(a, payload)
}

// press tells a press once, however many packets say it.
func (r *receiver) press(a arrival, payload []byte) {
	event, ok := dtmf.ParsePayload(payload)
	if !ok || !r.s.receiving.Load() {
		return
	}
	r.follow(a)
	a.in.playout.Other(a.seq)
	if r.keys.Take(a.time, event, a.now) {
		r.s.emit(Event{Kind: EventKey, At: a.now, SSRC: a.ssrc, Addr: a.src, Key: event.Event})
	}
}
