package lab

import (
	"bytes"
	"errors"
	"net"
	"net/netip"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// gate stands between the socket and sipgo's layers. Everything passes through
// it in the order of arrival, which sipgo, with a goroutine for each message,
// does not keep.
//
//	socket ──▶ parse ──▶ faults, observer ──▶ ACK to a 2xx: sent on from here
//	                                     ├──▶ CANCEL: answered from here
//	                                     ├──▶ response: passed back from here, and on to sipgo's client transaction
//	                                     └──▶ other requests: to sipgo's server transaction, then Lab.onRequest
//	socket ◀── faults, observer ◀── everything sent
//
// A request has its turn: the next datagram is not read before it has been
// decided on, so that an INFO does not overtake an ACK, or a CANCEL its INVITE.
// What cannot be parsed never reaches sipgo, which would log it whole.
type gate struct {
	net.PacketConn
	lab   *Lab
	once  sync.Once
	ready chan struct{}

	// Owned by the reader.
	turn    <-chan struct{}     // of the request handed to sipgo last
	sources map[string]struct{} // of everything handed to sipgo
}

// maxReadErrors in a row end the reader. Some systems report on a socket's reads
// that an earlier packet found nobody; that must not stop the lab.
const maxReadErrors = 100

func (g *gate) ReadFrom(b []byte) (int, net.Addr, error) {
	g.once.Do(func() { close(g.ready) })
	if g.turn != nil {
		<-g.turn
		g.turn = nil
	}
	for failed := 0; ; {
		n, addr, err := g.PacketConn.ReadFrom(b)
		if err != nil {
			if failed++; failed > maxReadErrors || errors.Is(err, net.ErrClosed) {
				g.retire()
				return 0, nil, net.ErrClosed // the one error that sipgo takes for an end
			}
			continue
		}
		failed = 0
		if from, ok := addrPort(addr); ok && g.lab.receive(b[:n], from) {
			g.sources[addr.String()] = struct{}{}
			return n, addr, nil
		}
	}
}

// retire leaves the closed socket in sipgo's pool for everyone who was heard of.
// The pool forgets a socket when its reader ends, and a goroutine of sipgo's that
// is late then opens a new one of its own and reads it for ever.
func (g *gate) retire() {
	pool := g.lab.tp.Pool("udp")
	closed := &sip.UDPConnection{PacketConn: g, PacketAddr: g.LocalAddr().String(), Listener: true}
	for source := range g.sources {
		pool.Add(source, closed)
	}
	pool.Add(closed.PacketAddr, closed)
}

func (g *gate) WriteTo(b []byte, addr net.Addr) (int, error) {
	to, ok := addrPort(addr)
	if !ok {
		return 0, net.InvalidAddrError("not a UDP address")
	}
	msg, err := sip.ParseMessage(b)
	lost := g.lab.isDead() || err == nil && g.lab.fault.losesOut(msg)
	if ack, ok := msg.(*sip.Request); ok && err == nil && ack.IsAck() && g.lab.hopByHop(ack) {
		b = []byte(ack.String())
	}
	g.lab.observe(g.lab.self, to, msg, b, lost)
	if lost {
		return len(b), nil
	}
	return g.PacketConn.WriteTo(b, net.UDPAddrFromAddrPort(to))
}

// hopByHop mends the ACK that sipgo makes for a refused INVITE that was sent on:
// it copies every Via, and only the top one may be there (RFC 3261 17.1.1.3). It
// says whether it changed anything.
func (l *Lab) hopByHop(ack *sip.Request) bool {
	via := ack.Via()
	if via == nil || len(ack.GetHeaders("Via")) < 2 {
		return false
	}
	branch, _ := via.Params.Get("branch")
	l.mu.Lock()
	ours := l.legs[branch] != nil
	l.mu.Unlock()
	if !ours {
		return false // the ACK to a 2xx has a branch of its own
	}
	for ack.RemoveHeader("Via") {
	}
	ack.PrependHeader(via)
	return true
}

func addrPort(a net.Addr) (netip.AddrPort, bool) {
	udp, ok := a.(*net.UDPAddr)
	if !ok {
		return netip.AddrPort{}, false
	}
	return plain(udp.AddrPort()), true
}

// receive looks at one datagram and says whether sipgo is to see it too.
func (l *Lab) receive(data []byte, from netip.AddrPort) bool {
	if len(bytes.Trim(data, "\r\n\x00 ")) == 0 {
		return false // a keep-alive
	}
	msg, err := sip.ParseMessage(data)
	if err != nil {
		l.observe(from, l.self, nil, data, true)
		l.log.Warn("datagram is not SIP", "peer", from, "bytes", len(data))
		return false
	}
	msg.SetTransport("UDP")
	msg.SetSource(from.String())
	lost := l.isDead() || l.fault.losesIn(msg)
	l.observe(from, l.self, msg, data, lost)
	if lost {
		return false
	}
	switch m := msg.(type) {
	case *sip.Request:
		return l.arrive(m, from)
	case *sip.Response:
		return l.passBack(m)
	}
	return false
}

// arrive sorts a request. It runs in the reader and must not wait.
func (l *Lab) arrive(req *sip.Request, from netip.AddrPort) bool {
	if err := check(req); err != nil {
		l.log.Warn("request refused", "peer", from, "method", req.Method.String(), "error", err)
		l.reply(req, from, sip.StatusBadRequest, "Bad Request")
		return false
	}
	switch req.Method {
	case sip.CANCEL:
		l.cancel(req, from)
		return false
	case sip.ACK:
		if l.invite(txKey(req)) != nil {
			return true // to a refusal: the transaction absorbs it
		}
		l.passACK(req)
		return false
	}
	l.gate.turn = l.startTurn(req)
	return true
}

// reply answers outside any transaction; the same request again gets the same
// answer again. An ACK is never answered (RFC 3261 17.1.1.3).
func (l *Lab) reply(req *sip.Request, from netip.AddrPort, status int, reason string) {
	via := req.Via()
	if req.IsAck() || via == nil {
		return
	}
	to := from
	if !via.Params.Has("rport") && via.Port > 0 {
		to = netip.AddrPortFrom(from.Addr(), uint16(via.Port)) // RFC 3261 18.2.2, RFC 3581 4
	}
	res := sip.NewResponseFromRequest(req, status, reason, nil)
	if _, err := l.gate.WriteTo([]byte(res.String()), net.UDPAddrFromAddrPort(to)); err != nil {
		l.log.Warn("answer not sent", "peer", to, "error", err)
	}
}
