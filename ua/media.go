package ua

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net/netip"

	"star18/audio"
	"star18/audio/rtpstream"
	"star18/securecall"
	"star18/ua/sdp"
)

// media is the sound of one call: its socket, its offer and answer, its stream.
// Owned by the call's goroutine, like the call's other parts.
type media struct {
	call *Call
	line *Line
	conn Socket
	port uint16

	next    Socket // at a new address, while a STUN server is asked about it
	reports Socket // of RTCP, on the port above; nil: none

	mapping *mapping // nil: no server is asked

	session   uint64
	offered   *sdp.Session
	described *sdp.Session // our latest offer or answer, and
	inForce   *sdp.Session // the latest that came to an agreement
	agreed    sdp.Negotiated
	numbers   sdp.Numbers   // payload types that we have given
	wish      sdp.Direction // SendOnly while we hold
	muted     bool          // by the user
	keying    *keying       // keys in SDP; nil: none

	// The stream's identity is drawn before it exists: a Hello names the SSRC.
	ssrc      uint32
	seq       uint16
	timestamp uint32

	device  *audio.Switch
	booth   *audio.Booth // around it, for the stream
	console console
	seat    *seat // at the line's desk; nil: not asked for yet

	cardBefore audio.DeviceCounts // when the seat was taken
	gone       bool               // has left it; under the lock of the desk
	opened     bool               // the device, or given up
	waiting    []func()           // what waits for the device

	stream    *rtpstream.Stream
	tone      string    // played last
	judgement judgement // what the sound is worth
}

func newMedia(l *Line) (*media, error) {
	conn, err := l.openPort()
	if err != nil {
		return nil, err
	}
	var random [18]byte
	rand.Read(random[:])
	return &media{
		line:      l,
		conn:      conn,
		reports:   l.openReports(conn),
		port:      uint16(portOf(conn)),
		session:   uint64(binary.BigEndian.Uint32(random[0:])),
		ssrc:      binary.BigEndian.Uint32(random[4:]),
		seq:       binary.BigEndian.Uint16(random[8:]) >> 1, // RFC 3711 3.3.1: far from a wrap
		timestamp: binary.BigEndian.Uint32(random[10:]),
	}, nil
}

// openPort takes a free even port of the configured range, beginning anywhere
// in it: a port just used may still get the last call's packets.
func (l *Line) openPort() (Socket, error) {
	low := (l.cfg.RTP.PortMin + 1) &^ 1
	count := (l.cfg.RTP.PortMax-low)/2 + 1
	if count < 1 {
		return nil, fmt.Errorf("%w: no even port from %d to %d", ErrNoMediaPort, l.cfg.RTP.PortMin, l.cfg.RTP.PortMax)
	}
	start := int(randomBelow(int64(count)))
	var last error
	for i := range count {
		port := low + 2*((start+i)%count)
		conn, err := l.cfg.ListenUDP(netip.AddrPortFrom(l.Addr().Addr(), uint16(port)))
		if err == nil {
			return conn, nil
		}
		last = err
	}
	return nil, fmt.Errorf("%w from %d to %d: %w", ErrNoMediaPort, l.cfg.RTP.PortMin, l.cfg.RTP.PortMax, last)
}

// start runs the stream on what was agreed, or moves it there.
func (m *media) start() {
	if m.call.unattended() {
		return
	}
	if m.stream != nil {
		m.adjust()
		return
	}
	m.mapping.settle() // the socket is the stream's now
	format, err := m.format()
	if err == nil {
		m.stream, err = rtpstream.New(rtpstream.Config{
			Conn: m.conn, Remote: m.agreed.Remote,
			Codec: format.Codec, SendPT: format.SendPT, RecvPT: format.RecvPT, Ptime: format.Ptime,
			EventSendPT: format.EventSendPT, EventRecvPT: format.EventRecvPT,
			NoiseSendPT: format.NoiseSendPT, NoiseRecvPT: format.NoiseRecvPT,
			Device: m.booth, Symmetric: m.line.cfg.RTP.Symmetric,
			SSRC: m.ssrc, Seq: m.seq, Timestamp: m.timestamp,
			Protection: m.keying.protection(),
			RTCP:       m.reporting(),
			OnEvent:    m.event,
		})
	}
	if err != nil {
		m.call.leave(Ended{By: Local, Cause: CauseLocalFault, Detail: err.Error()})
		return
	}
	m.direct()
	m.call.begun()
	m.stream.Start()
}

// adjust follows a new agreement: keys, format, address and direction.
func (m *media) adjust() {
	format, err := m.format()
	if err == nil {
		err = m.stream.Renegotiate(format)
	}
	if err == nil {
		err = m.rekey(m.keying)
	}
	if err != nil {
		m.call.leave(Ended{By: Local, Cause: CauseLocalFault, Detail: err.Error()})
		return
	}
	if m.agreed.Remote.IsValid() && !m.agreed.Remote.Addr().IsUnspecified() {
		m.stream.SetRemote(m.agreed.Remote)
	}
	m.direct()
}

func (m *media) direct() {
	m.stream.SetDirection(m.agreed.Direction.Sends(), m.agreed.Direction.Receives())
	m.stream.DetectKeys(m.agreed.EventRecvPT == 0 || m.line.cfg.Keys == KeysInband)
	m.mute()
	m.routeReports()
}

// event comes from the stream's goroutines.
func (m *media) event(ev rtpstream.Event) {
	c := m.call
	switch ev.Kind {
	case rtpstream.EventFirstPacket:
		c.post(c.stage.firstPacket)
	case rtpstream.EventFirstAuthenticated:
		c.post(func() { c.stage.authenticated(ev.At, ev.Transform.String()) })
	case rtpstream.EventKey:
		method := KeysRFC4733
		if ev.Inband {
			method = KeysInband
		}
		c.post(func() { c.pressed(ev.Key, method) })
	case rtpstream.EventRemoteChanged:
		c.line.log.Info("media comes from another address", "call", c.id, "peer", ev.Addr)
	case rtpstream.EventFault:
		c.line.log.Error("media socket failed", "call", c.id, "error", ev.Err)
	}
}

// playTone mixes a tone under the speech, and says so.
func (m *media) playTone(script *audio.ToneScript, name string) {
	if script == nil || m.stream == nil {
		return
	}
	m.line.desk.playTone(m, audio.NewTone(*script, m.device.Rate()))
	m.tone = name
	m.call.emit(TonePlayed{Name: name})
}

// stopTone ends a tone, if it is this one that was played last.
func (m *media) stopTone(name string) {
	if m.tone == name && m.stream != nil {
		m.tone = ""
		m.line.desk.playTone(m, nil)
	}
}

// close ends the sound and returns what it came to. The device is closed by the
// goroutine that opened it.
func (m *media) close() (RxStats, TxStats) {
	if m.seat != nil {
		defer m.line.desk.leave(m)
	}
	m.mapping.settle()
	m.dropNext()
	if m.stream == nil {
		m.conn.Close()
		if m.reports != nil {
			_ = m.reports.Close()
		}
		return RxStats{}, TxStats{}
	}
	m.stream.Close()
	s := m.stream.Stats()
	if refused := s.Refused.String(); refused != "" {
		m.line.log.Debug("packets that were not played", "causes", refused)
	}
	return directions(s)
}

func portOf(conn Socket) int {
	if ap, err := netip.ParseAddrPort(conn.LocalAddr().String()); err == nil {
		return int(ap.Port())
	}
	return 0
}

// streams is what the secure call's machine must know of the RTP streams.
func (m *media) streams() securecall.Streams {
	peer, known := m.stream.RemoteSSRC()
	return securecall.Streams{OwnSSRC: m.stream.SSRC(), PeerSSRC: peer, PeerKnown: known}
}
