package rtpstream

import (
	"slices"
	"sync/atomic"
	"time"
)

// mirrorPatience is how long the caller waits for the callee to come over to
// its transform before it goes over to the callee's.
const mirrorPatience = time.Second

// mirror decides which transform of a list we send with. Nobody says in the
// handshake what it will use, so each begins with the first of its own list
// and gives way at most once:
//
//	callee   to the transform of the caller's first authentic packet
//	caller   to the callee's, if that is still another one a second after both
//	         have sent: then the callee does not know ours
//
// The receive goroutine tells it what has authenticated; the send goroutine
// asks it before each packet and alone changes it.
type mirror struct {
	role Role
	list []Transform // never changes

	first   atomic.Int32 // place in the list, from 1, of the peer's first packet
	last    atomic.Int32 // and of its last one
	firstAt atomic.Int64 // on the stream's clock

	// Of the send goroutine.
	using   int // place in the list, from 0, of what we send with
	began   bool
	beganAt time.Duration // our first protected packet
	settled bool
}

func newMirror(k *Keys) *mirror { return &mirror{role: k.Role, list: slices.Clone(k.Transforms)} }

// authenticated takes the place of the transform that a packet authenticated
// under. A packet without a tag has not, and changes nothing: whoever forges
// one could take away the tags of what we send.
func (m *mirror) authenticated(place int, now time.Duration) {
	if m.list[place] == None {
		return
	}
	m.last.Store(int32(place) + 1)
	if m.first.Load() == 0 {
		m.firstAt.Store(int64(now))
		m.first.Store(int32(place) + 1)
	}
}

// choose is the place of the transform for the packet that is sent now.
func (m *mirror) choose(now time.Duration) int {
	if !m.began {
		m.began, m.beganAt = true, now
	}
	if !m.settled {
		m.settled = m.settle(now)
	}
	return m.using
}

// settle makes the one change, or finds that there is none to make, and
// reports whether the matter is closed.
func (m *mirror) settle(now time.Duration) bool {
	first := m.first.Load()
	switch {
	case m.role != Caller && m.role != Callee:
		return true
	case first == 0:
		return false
	case m.role == Callee:
		m.using = int(first) - 1
		return true
	case now < max(m.beganAt, time.Duration(m.firstAt.Load()))+mirrorPatience:
		return false
	}
	m.using = int(m.last.Load()) - 1
	return true
}
