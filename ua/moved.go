package ua

import (
	"net/netip"
)

// moved takes the call to the line's new address: its sound leaves from there
// at once, and a re-INVITE tells the peer, with the new Contact. The stream goes
// on with its keys, and so a secured call stays secured.
func (c *Call) moved() {
	if c.state == ended || c.state == leaving || !c.media.rebind() {
		return
	}
	c.whenMapped(c.tellMoved)
}

func (c *Call) tellMoved() {
	c.media.resume()
	if c.state != up {
		return
	}
	c.reoffer(c.media.wish, nil, func(err error) {
		if err != nil {
			c.line.log.Warn("the call did not follow to the new address", "call", c.id, "error", err)
		}
	})
}

// rebind takes a socket at the line's address, with the port of before if it is
// free there; false if there is none, or no need.
func (m *media) rebind() bool {
	local := m.line.Addr().Addr()
	if here, err := netip.ParseAddrPort(m.latest().LocalAddr().String()); err == nil && here.Addr().Unmap() == local {
		return false
	}
	conn, err := m.line.cfg.ListenUDP(netip.AddrPortFrom(local, m.port))
	if err != nil {
		conn, err = m.line.openPort()
	}
	if err != nil {
		m.line.log.Warn("no socket for sound at the new address", "call", m.call.id, "error", err)
		return false
	}
	m.mapping.settle() // it read from the old one
	m.dropNext()
	m.port = uint16(portOf(conn))
	if m.stream == nil {
		m.conn.Close()
		m.conn = conn
		m.rebindReports()
	} else {
		m.next = conn
	}
	m.mapping = m.line.findMapping(conn)
	return true
}

// resume gives the stream the socket that rebind took.
func (m *media) resume() {
	m.mapping.settle()
	if m.next == nil {
		return
	}
	if err := m.stream.Rebind(m.next); err != nil {
		m.line.log.Info("old sound socket", "call", m.call.id, "error", err)
	}
	m.conn, m.next = m.next, nil
	m.rebindReports()
}

// dropNext closes a socket that the stream has not got yet.
func (m *media) dropNext() {
	if m.next != nil {
		m.next.Close()
		m.next = nil
	}
}

// latest is the socket at the newest address.
func (m *media) latest() Socket {
	if m.next != nil {
		return m.next
	}
	return m.conn
}
