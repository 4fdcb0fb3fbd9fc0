package rtpstream

import (
	"errors"
	"slices"
	"time"
)

// Protection is a key for each direction, as SDP can carry them (RFC 4568). The
// crypto suite fixes the transform: each has one, and no role.
type Protection struct {
	Send, Receive Keys
}

// Reasons why Protection is refused, besides those of Keys.
var (
	ErrFixedKeys = errors.New("srtp keys of this stream do not change")
	ErrKeyUsed   = errors.New("srtp key has been used in this call")
)

// rekeyGrace is how long the peer's old key is good for beside its new one:
// packets are under way, and the peer changes when it has the answer.
const rekeyGrace = 2 * time.Second

func (p *Protection) check() error {
	for _, k := range []*Keys{&p.Send, &p.Receive} {
		if len(k.Transforms) != 1 || k.Transforms[0] == None || k.Role != 0 {
			return ErrTransforms
		}
	}
	return nil
}

func (p *Protection) wipe() {
	p.Send.wipe()
	p.Receive.wipe()
}

// protect makes a stream SRTP from its first packet: nothing clear is ever sent
// or played.
func (s *Stream) protect(p Protection) error {
	defer p.wipe()
	if err := p.check(); err != nil {
		return err
	}
	s.keyed = true
	return s.rekey(&p)
}

// Rekey goes over to the keys of a new offer and answer. Keys that are in use
// stay as they are, with their state. SSRC, sequence and rollover counter go on
// under new ones (RFC 3711 section 3.3.1). The old key of the peer is good for
// two seconds more. A key that was given up never comes back, and none serves
// both directions: what was sent under it could be played to us again.
//
// A stream that began in clear keeps its one key: nothing in the dialog may
// change that.
func (s *Stream) Rekey(p Protection) error {
	defer p.wipe()
	if err := p.check(); err != nil {
		return err
	}
	s.control.Lock()
	defer s.control.Unlock()
	if !s.keyed {
		return ErrFixedKeys
	}
	return s.rekey(&p)
}

// rekey prepares both directions before it changes either.
func (s *Stream) rekey(p *Protection) error {
	oldSend, oldReceive := s.sendKeys.Load(), s.guard.Load()
	changesSend := oldSend == nil || oldSend.print != p.Send.fingerprint()
	changesReceive := oldReceive == nil || oldReceive.print != p.Receive.fingerprint()
	materials, err := s.unused(p, changesSend, changesReceive)
	if err != nil {
		return err
	}
	send, err := newSendKeys(&p.Send, newMirror(&p.Send))
	if err != nil {
		return err
	}
	receive, err := newGuard(p.Receive)
	if err != nil {
		return err
	}
	rtcpSend, err := newRTCPContext(&p.Send)
	if err != nil {
		return err
	}
	rtcpReceive, err := newRTCPContext(&p.Receive)
	if err != nil {
		return err
	}
	s.used = append(s.used, materials...)
	if changesReceive {
		s.rtcpReceive.Store(rtcpReceive)
		receive.leave(secured)
		receive.succeed(oldReceive, s.clock(time.Now())+rekeyGrace)
		s.guard.Store(receive)
	}
	if changesSend {
		s.rtcpSend.Store(rtcpSend) // its index begins anew, as it may under a new key
		s.sendKeys.Store(send)
	}
	return nil
}

// unused are the prints of the keys that are new.
func (s *Stream) unused(p *Protection, send, receive bool) (materials []fingerprint, err error) {
	for _, k := range []struct {
		keys *Keys
		is   bool
	}{{&p.Send, send}, {&p.Receive, receive}} {
		if !k.is {
			continue
		}
		m := k.keys.material()
		if slices.Contains(s.used, m) || slices.Contains(materials, m) {
			return nil, ErrKeyUsed
		}
		materials = append(materials, m)
	}
	return materials, nil
}
