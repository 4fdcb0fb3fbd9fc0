package sipnet

import (
	"errors"
	"time"
)

// Write queues a message. It fails if the connection has ended, or if its peer
// does not take what was sent before.
func (s *stream) Write(b []byte) (int, error) {
	if !s.enqueue(append([]byte{}, b...)) {
		return 0, s.fault()
	}
	return len(b), nil
}

func (s *stream) enqueue(b []byte) bool {
	select {
	case <-s.ended:
		return false
	default:
	}
	if s.frames != nil {
		return s.queued(wsText(b), b)
	}
	return s.queued(b, b)
}

// queued puts octets into the queue, of which the far end will read msg.
func (s *stream) queued(b, msg []byte) bool {
	select {
	case s.queue <- b:
		s.touch()
		s.door.out(s.hop, msg)
		return true
	default:
		s.end(errors.New("the far end does not read"), false)
		return false
	}
}

// writeLoop ends with the stream, and closes the socket: what was queued before
// the end still leaves, if the peer takes it.
func (s *stream) writeLoop() {
	defer s.Conn.Close()
	beat := time.NewTimer(pingAfter)
	defer beat.Stop()
	if !s.outgoing {
		beat.Stop() // who made it cares for it
	}
	for {
		select {
		case b := <-s.queue:
			if err := s.put(b, writeLimit); err != nil {
				s.broken(err)
				return
			}
		case <-beat.C:
			beat.Reset(s.beat())
		case <-s.ended:
			s.flush()
			return
		}
	}
}

// lastWords is how long a far end that takes nothing more has to say why: a TLS
// alert can still be on its way to the reader.
const lastWords = 100 * time.Millisecond

// linger lets what was asked before a broken message be answered, before the
// stream ends.
func (s *stream) linger() {
	wait := time.NewTimer(lastWords)
	defer wait.Stop()
	select {
	case <-s.ended:
	case <-wait.C:
	}
}

func (s *stream) broken(err error) {
	wait := time.NewTimer(lastWords)
	defer wait.Stop()
	select {
	case <-s.ended:
	case <-wait.C:
		s.end(err, false)
	}
}

// flush sends what is queued, if the peer did not leave first.
func (s *stream) flush() {
	// A stream that cannot be read on gets its last answer all the same.
	for s.own || errors.Is(s.cause, errFraming) {
		select {
		case b := <-s.queue:
			if s.put(b, time.Second) != nil {
				return
			}
		default:
			return
		}
	}
}

func (s *stream) put(b []byte, limit time.Duration) error {
	if err := s.Conn.SetWriteDeadline(time.Now().Add(limit)); err != nil {
		return err
	}
	_, err := s.Conn.Write(b)
	return err
}
