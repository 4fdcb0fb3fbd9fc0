package ua

import (
	"crypto/rand"
	"encoding/base64"
	"net/netip"

	"star18/audio/rtpstream"
)

// openReports opens the port above that of the sound, for its RTCP (RFC 3550
// section 11). A call whose neighbour is taken goes without reports.
func (l *Line) openReports(beside Socket) Socket {
	if l.cfg.RTP.RTCP <= 0 {
		return nil
	}
	at, err := netip.ParseAddrPort(beside.LocalAddr().String())
	if err != nil || at.Port()%2 != 0 {
		return nil
	}
	conn, err := l.cfg.ListenUDP(netip.AddrPortFrom(at.Addr().Unmap(), at.Port()+1))
	if err != nil {
		l.log.Info("a call without reports", "error", err)
		return nil
	}
	return conn
}

// reporting is the stream's part in RTCP. Its name is drawn for each call: it
// goes in clear, and is to say nothing (RFC 7022 section 4.2).
func (m *media) reporting() rtpstream.RTCP {
	var name [12]byte
	rand.Read(name[:])
	r := rtpstream.RTCP{Interval: m.line.cfg.RTP.RTCP, CNAME: base64.StdEncoding.EncodeToString(name[:])}
	if m.reports != nil {
		r.Conn = m.reports
	}
	return r
}

// rebindReports follows the sound to another socket.
func (m *media) rebindReports() {
	if m.reports == nil {
		return
	}
	conn := m.line.openReports(m.conn)
	if conn == nil {
		return
	}
	old := m.reports
	m.reports = conn
	if m.stream == nil {
		_ = old.Close()
		return
	}
	if err := m.stream.RebindRTCP(conn); err != nil {
		m.line.log.Info("old socket of reports", "call", m.call.id, "error", err)
	}
}

// routeReports follows an agreement about where reports go. An address that is
// not one telephone's gets none.
func (m *media) routeReports() {
	to := m.agreed.RTCP
	if to.Addr().IsMulticast() || to.Addr() == broadcast {
		to = netip.AddrPort{}
	}
	m.stream.SetRemoteRTCP(to, m.agreed.RTCPMux)
}
