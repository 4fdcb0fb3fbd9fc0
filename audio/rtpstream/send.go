package rtpstream

import (
	"errors"
	"net/netip"
	"time"
)

// sendKeys are the transforms on their way to the send goroutine, which alone
// uses them.
type sendKeys struct {
	sealers []sealer // in the order of the mirror's list
	mirror  *mirror
	print   fingerprint
}

func newSendKeys(k *Keys, m *mirror) (*sendKeys, error) {
	ciphers, err := k.ciphers()
	if err != nil {
		return nil, err
	}
	keys := &sendKeys{mirror: m, print: k.fingerprint()}
	for _, c := range ciphers {
		keys.sealers = append(keys.sealers, c)
	}
	return keys, nil
}

// sender is the state of the send goroutine.
type sender struct {
	s      *Stream
	format *outgoing
	packet []byte // header and payload
	wire   []byte // the same, sealed

	ssrc   uint32
	index  uint64 // of the next packet: rollover counter and sequence number
	time   uint32
	resume bool        // the next packet begins a talkspurt
	change *ssrcChange // done with the next packet
	keypad keypad

	// keys is nil while the stream is clear. Once it is set nothing in this
	// goroutine can take it away, and no packet passes by it.
	keys *sendKeys
}

func newSender(s *Stream, cfg Config) sender {
	return sender{
		s:      s,
		format: s.outgoing.Load(),
		packet: make([]byte, fixedHeader+maxPayload),
		wire:   make([]byte, fixedHeader+maxPayload+maxTag),
		ssrc:   cfg.SSRC, index: uint64(cfg.Seq), time: cfg.Timestamp,
		resume: true,
	}
}

// run sends a packet for each frame of the device, until the device or the
// stream is closed.
func (x *sender) run() {
	defer close(x.s.sent)
	for !x.s.stopping() {
		x.format = x.s.outgoing.Load() // a frame ends in the format that it began in
		if err := x.s.device.ReadFrame(x.format.pcm); err != nil {
			return
		}
		if x.s.stopping() {
			return
		}
		x.frame(time.Now())
	}
}

// frame sends what was captured. The timestamp counts time and goes on in any
// case; the sequence counts packets, and a receiver of SRTP would lose the
// rollover counter if it ran on through a long hold (RFC 3711 section 3.3.1).
func (x *sender) frame(now time.Time) {
	to, sends := x.s.destination()
	events := x.takePress(sends)
	x.takeKeys()
	x.takeSSRC()
	switch {
	case !sends:
		x.resume = true
		x.finishChange()
	case len(events) > 0:
		x.sendEvents(events, to, now)
	default:
		x.sound()
		if !x.silent(to, now) {
			size := x.format.encode(x.packet[fixedHeader:], x.format.coded)
			x.send(header{marker: x.resume, pt: x.format.pt, time: x.time}, size, to, now)
		}
	}
	x.time += x.format.units
	x.markTime(now)
}

// send writes the packet whose payload stands behind the header's place.
func (x *sender) send(h header, size int, to netip.AddrPort, now time.Time) {
	if packet, index := x.build(h, size); x.write(packet, index, to, now) {
		x.s.count.sentOctets.Add(uint64(size))
		x.resume = false
		x.finishChange()
	}
}

// sound puts what is to be heard in place of what was captured, at the codec's rate.
func (x *sender) sound() {
	if x.s.muted.Load() {
		clear(x.format.pcm)
	}
	x.keypad.sound(x.format.pcm)
	x.format.convert()
}

// takeKeys goes over to SRTP, or to another key. It comes before takeSSRC: a change of SSRC that
// was asked for before the keys is then seen at the latest together with them,
// and no packet with the old SSRC is ever protected.
func (x *sender) takeKeys() {
	k := x.s.sendKeys.Load()
	if k == nil || k == x.keys {
		return
	}
	if x.keys == nil {
		x.index &= 1<<16 - 1 // rollover counter 0 at the first protected packet
	}
	x.keys = k
}

// takeSSRC begins to send with the SSRC that is wanted.
func (x *sender) takeSSRC() {
	if x.s.change.Load() == nil {
		return
	}
	x.change = x.s.change.Swap(nil)
	x.ssrc = x.change.ssrc
	x.resume = true
	x.s.ssrc.Store(x.ssrc)
}

// finishChange tells ChangeSSRC that it is done.
func (x *sender) finishChange() {
	if x.change != nil {
		close(x.change.done)
		x.change = nil
	}
}

// maxIndex is the number of packets that one key may protect (RFC 3711 section
// 9.2).
const maxIndex = 1 << 48

// build completes the header, puts it before the payload and takes the next index, whatever
// becomes of the packet: under a key no index is used twice.
func (x *sender) build(h header, size int) (packet []byte, index uint64) {
	index = x.index
	h.seq, h.ssrc = uint16(index), x.ssrc
	h.put(x.packet)
	x.index++
	return x.packet[:fixedHeader+size], index
}

// write seals if there are keys, and sends.
func (x *sender) write(packet []byte, index uint64, to netip.AddrPort, now time.Time) (ok bool) {
	count := &x.s.count
	traffic := &count.sentClear
	if x.keys != nil {
		sealed, err := x.seal(packet, index, now)
		if err != nil {
			count.sealFailed.Add(1)
			return false
		}
		packet, traffic = sealed, &count.sentProtected
	}
	if _, err := x.s.socket().WriteToUDPAddrPort(packet, to); err != nil {
		count.sendErrors.Add(1)
		return false
	}
	traffic.add(len(packet))
	return true
}

// seal takes the transform that is due. The keystream depends on key, SSRC and
// index alone, so a change of transform does not touch it.
func (x *sender) seal(packet []byte, index uint64, now time.Time) ([]byte, error) {
	if index >= maxIndex {
		return nil, errKeySpent
	}
	place := x.keys.mirror.choose(x.s.clock(now))
	return x.keys.sealers[place].seal(x.wire, packet, x.ssrc, uint32(index>>16))
}

var errKeySpent = errors.New("srtp key has protected all packets that it may")
