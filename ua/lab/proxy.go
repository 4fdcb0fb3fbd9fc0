package lab

import (
	"net/netip"
	"strings"

	"github.com/emiago/sipgo/sip"
)

const allow = "INVITE, ACK, CANCEL, BYE, INFO, OPTIONS, REGISTER, UPDATE, REFER, NOTIFY, SUBSCRIBE, MESSAGE, PRACK"

// statusUnsupportedScheme is RFC 3261 21.4.14, which sipgo does not name.
const statusUnsupportedScheme = 416

// onRequest runs in a goroutine of sipgo's for each new request but ACK and
// CANCEL, which the gate has dealt with. The reader waits for it, so it must not
// wait for anything.
func (l *Lab) onRequest(req *sip.Request, tx *sip.ServerTx) {
	defer l.endTurn(req, tx)
	if req.IsAck() || !l.enter() { // an ACK only if its INVITE has just ended
		tx.Terminate()
		return
	}
	defer l.handlers.Done()
	if req.IsInvite() {
		l.adopt(req, tx)
	}
	l.decide(req, tx)
}

// decide is the order of RFC 3261 16.3 and 16.5: what is refused, what is for
// the lab itself, and what goes on.
func (l *Lab) decide(req *sip.Request, tx *sip.ServerTx) {
	refused, isRefused := l.fault.takeRefusal(req.Method)
	mf := req.MaxForwards()
	switch {
	case isRefused:
		l.respond(req, tx, refused, "Refused")
	case req.Recipient.Scheme != "sip":
		l.respond(req, tx, statusUnsupportedScheme, "Unsupported URI Scheme")
	case mf != nil && mf.Val() == 0:
		l.respond(req, tx, sip.StatusTooManyHops, "Too Many Hops")
	case len(values(req, "Proxy-Require")) > 0:
		l.respond(req, tx, sip.StatusBadExtension, "Bad Extension",
			sip.NewHeader("Unsupported", strings.Join(values(req, "Proxy-Require"), ", ")))
	case inDialog(req):
		l.forward(req, tx)
	case req.Method == sip.REGISTER:
		l.register(req, tx)
	case l.ours(&req.Recipient) && req.Recipient.User == "":
		l.forSelf(req, tx)
	default:
		l.initial(req, tx)
	}
}

// forSelf answers a request for the lab itself: the keep-alives of telephones.
func (l *Lab) forSelf(req *sip.Request, tx *sip.ServerTx) {
	if req.Method == sip.OPTIONS {
		l.respond(req, tx, sip.StatusOK, "OK", sip.NewHeader("Allow", allow))
		return
	}
	l.respond(req, tx, sip.StatusMethodNotAllowed, "Method Not Allowed", sip.NewHeader("Allow", allow))
}

// initial is a request outside any dialog: our users prove who they are, others
// reach only our users.
func (l *Lab) initial(req *sip.Request, tx *sip.ServerTx) {
	from := claimed(req)
	switch {
	case l.ours(&from) && proves(req.Method):
		user, ok := l.authorize(req, tx, sip.StatusProxyAuthRequired)
		if !ok {
			return
		}
		if user != from.User {
			l.respond(req, tx, sip.StatusForbidden, "Forbidden")
			return
		}
	case !l.ours(&from) && !l.ours(&req.Recipient):
		l.respond(req, tx, sip.StatusForbidden, "Forbidden")
		return
	}
	if s, ok := l.special(&req.Recipient); ok {
		l.play(s, req, tx)
		return
	}
	l.forward(req, tx)
}

// proves are the methods that start something in a user's name.
func proves(m sip.RequestMethod) bool {
	switch m {
	case sip.INVITE, sip.MESSAGE, sip.SUBSCRIBE, sip.REFER:
		return true
	}
	return false
}

// ours: the domain, or the lab's address by number.
func (l *Lab) ours(uri *sip.Uri) bool {
	if strings.EqualFold(uri.Host, l.cfg.Domain) {
		return uri.Port == 0 || l.here(uint16(uri.Port))
	}
	addr, ok := literal(uri)
	return ok && addr.Addr() == l.self.Addr() && l.here(addr.Port())
}

// here: one of the lab's own ports.
func (l *Lab) here(port uint16) bool { return port == l.self.Port() || l.wires.has(port) }

// literal is the address that a URI names by number. Names are not looked up: a
// lab has no DNS.
func literal(uri *sip.Uri) (netip.AddrPort, bool) {
	addr, err := netip.ParseAddr(strings.Trim(uri.Host, "[]"))
	port := uri.Port
	if port == 0 {
		port = sip.DefaultUdpPort
	}
	if err != nil || port < 0 || port > 65535 {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(addr.Unmap(), uint16(port)), true
}

// respond answers from the lab itself, within the transaction.
func (l *Lab) respond(req *sip.Request, tx *sip.ServerTx, status int, reason string, more ...sip.Header) {
	res := sip.NewResponseFromRequest(req, status, reason, nil)
	for _, h := range more {
		res.AppendHeader(h)
	}
	if err := tx.Respond(res); err != nil {
		l.log.Warn("answer not sent", "method", req.Method.String(), "status", status, "error", err)
	}
}
