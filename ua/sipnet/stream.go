package sipnet

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// ErrConnection: the connection that carried a request broke, or could not be
// made. What was asked may have been done.
var ErrConnection = errors.New("no connection")

const (
	// streamQueue messages wait for a peer that does not read; then it is gone.
	streamQueue = 64
	writeLimit  = 10 * time.Second
	// partLimit is how long a message may take to arrive once it has begun.
	partLimit = 32 * time.Second
)

// stream is a TCP or TLS connection as sipgo reads and writes it: whole,
// screened messages come out of Read, Write never waits.
//
//	socket ──▶ frame ──▶ CRLF: pong, ping answered
//	                ├──▶ Screen ──▶ reply
//	                └────────────▶ sipgo, which parses
//	socket ◀── writeLoop ◀── queue ◀── sipgo, replies, pings
type stream struct {
	net.Conn
	hop      Hop // Addr is the far end; Name what its certificate was checked for
	local    netip.AddrPort
	outgoing bool
	door     door
	tls      *session  // nil unless TLS
	frames   *wsReader // nil unless WebSocket

	first sync.Once
	ready chan struct{} // closed when sipgo has it in its pool
	queue chan []byte
	ended chan struct{}
	once  sync.Once
	cause error // why it ended; valid after ended
	own   bool  // we ended it ourselves
	since time.Time

	used  atomic.Int64 // unix nanoseconds of the last byte either way
	pulse sync.Mutex   // guards heart
	heart heart

	// Owned by the reader.
	buf   []byte
	limit time.Time // for what has begun; zero: nothing has
	rest  []byte    // of the message that sipgo is reading
}

func newStream(conn net.Conn, hop Hop, door door, outgoing bool) *stream {
	s := &stream{
		Conn: conn, hop: hop, local: addrOf(conn.LocalAddr()), outgoing: outgoing, door: door,
		ready: make(chan struct{}),
		queue: make(chan []byte, streamQueue),
		since: time.Now(),
		ended: make(chan struct{}),
	}
	s.touch()
	return s
}

func (s *stream) touch() { s.used.Store(time.Now().UnixNano()) }

// Read gives sipgo the next message, or what of it did not fit before.
func (s *stream) Read(b []byte) (int, error) {
	s.first.Do(func() { close(s.ready) })
	for len(s.rest) == 0 {
		msg, err := s.next()
		if err != nil {
			s.end(err, false)
			return 0, net.ErrClosed
		}
		s.rest = msg
	}
	n := copy(b, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// next takes pieces off the stream up to a message that passes.
func (s *stream) next() ([]byte, error) {
	if s.frames != nil {
		return s.nextFramed()
	}
	for {
		kind, n := frame(s.buf)
		// One CRLF alone may be the first half of a ping.
		if kind == pieceNone || kind == pieceBreak && len(s.buf) == n && !s.awaitsPong() {
			if err := s.fill(); err != nil {
				return nil, err
			}
			continue
		}
		raw := append([]byte{}, s.buf[:n]...)
		s.buf, s.limit = s.buf[:copy(s.buf, s.buf[n:])], time.Time{}
		switch kind {
		case piecePing:
			s.enqueue([]byte("\r\n"))
		case pieceBreak:
			s.pong()
		case pieceBroken:
			s.judge(raw)
			s.linger()
			return nil, errFraming
		case pieceMessage:
			if pass := s.judge(raw); pass != nil {
				return pass, nil
			}
		}
	}
}

func (s *stream) judge(raw []byte) []byte {
	pass, reply := s.door.in(s.hop, raw)
	if reply != nil {
		s.enqueue(reply)
	}
	return pass
}

// fill waits for more; as long as it takes, unless a message has begun. Who sends
// an octet now and then gains no time by it.
func (s *stream) fill() error {
	if s.limit.IsZero() && len(s.buf) > len("\r\n") {
		s.limit = time.Now().Add(partLimit)
	}
	if err := s.Conn.SetReadDeadline(s.limit); err != nil {
		return err
	}
	part := make([]byte, 4096)
	n, err := s.Conn.Read(part)
	if n > 0 {
		s.touch()
		s.buf = append(s.buf, part[:n]...)
		return nil
	}
	return err
}

// Close is sipgo's: it has read an end, or the endpoint closes.
func (s *stream) Close() error {
	s.end(net.ErrClosed, true)
	return nil
}

// end notes why the stream is over; the first reason stands.
func (s *stream) end(cause error, own bool) {
	s.once.Do(func() {
		if s.tls != nil {
			cause = s.tls.explain(cause)
		}
		s.cause, s.own = cause, own
		close(s.ended) // writeLoop closes the socket, which wakes the reader
	})
}

func (s *stream) fault() error {
	select {
	case <-s.ended:
		return fmt.Errorf("%w: %s: %w", ErrConnection, s.hop, s.cause)
	default:
		return fmt.Errorf("%w: %s", ErrConnection, s.hop)
	}
}

func (s *stream) over() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

func addrOf(a net.Addr) netip.AddrPort {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return unmap(tcp.AddrPort())
	}
	p, _ := netip.ParseAddrPort(a.String())
	return unmap(p)
}
