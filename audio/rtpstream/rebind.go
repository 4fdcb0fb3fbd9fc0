package rtpstream

// Rebind moves the stream to another socket and closes the old one: the machine
// has another address. Keys, SSRC, sequence, replay windows and counters go on,
// so what was secured stays secured, and the peer may follow the stream by its
// authentic packets. The stream closes conn, also if it is over.
func (s *Stream) Rebind(conn Conn) error {
	s.control.Lock()
	defer s.control.Unlock()
	if s.stopping() {
		conn.Close()
		return ErrClosed
	}
	old := s.conn.Swap(&conn)
	return (*old).Close()
}

// socket is where packets leave and arrive at the moment.
func (s *Stream) socket() Conn { return *s.conn.Load() }
