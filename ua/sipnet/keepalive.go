package sipnet

import (
	"fmt"
	"time"
)

const (
	// pingAfter is how long a connection that we made may be silent before it is
	// asked whether it lives: calls come over it, and nothing else tells that a
	// router on the way has forgotten it.
	pingAfter = 30 * time.Second
	// pongLimit is how long the answer may take (RFC 5626 4.4.1).
	pongLimit = 10 * time.Second
)

// heart is the keepalive of a connection (RFC 5626 3.5.1): a double CRLF, which
// is answered with a single one. A far end that has answered before and does not
// within 10 s is gone; one that never has need not, and proves nothing.
type heart struct {
	asked  bool // by a ping
	proven bool // a ping was answered once
}

// beat is called when a connection may need its ping, and says when to call it
// again.
func (s *stream) beat() time.Duration {
	s.pulse.Lock()
	defer s.pulse.Unlock()
	switch quiet := time.Since(time.Unix(0, s.used.Load())); {
	case s.heart.asked && s.heart.proven:
		s.end(fmt.Errorf("no answer to a keepalive in %v", pongLimit), false)
	case s.heart.asked:
		s.heart.asked = false
	case quiet < pingAfter:
		return pingAfter - quiet
	case s.ping():
		s.heart.asked = true
		return pongLimit
	}
	return pingAfter
}

func (s *stream) ping() bool {
	if s.frames != nil {
		return s.queued(wsPing, nil)
	}
	return s.enqueue([]byte("\r\n\r\n"))
}

// pong takes a single CRLF, or a WebSocket's pong, which is an answer only to a question.
func (s *stream) pong() {
	s.pulse.Lock()
	defer s.pulse.Unlock()
	if s.heart.asked {
		s.heart = heart{proven: true}
	}
}

func (s *stream) awaitsPong() bool {
	s.pulse.Lock()
	defer s.pulse.Unlock()
	return s.heart.asked
}
