package lab

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// defaultExpires is what a REGISTER that names no time asks for (RFC 3261 10.2).
const defaultExpires = time.Hour

// register is RFC 3261 10.3.
func (l *Lab) register(req *sip.Request, tx *sip.ServerTx) {
	user := req.To().Address.User
	if !l.ours(&req.Recipient) || !l.ours(&req.To().Address) || user == "" {
		l.respond(req, tx, sip.StatusNotFound, "Not Found")
		return
	}
	who, ok := l.authorize(req, tx, sip.StatusUnauthorized)
	if !ok {
		return
	}
	if who != user {
		l.respond(req, tx, sip.StatusForbidden, "Forbidden")
		return
	}
	changes, all, ok := l.asked(req)
	switch {
	case !ok:
		l.respond(req, tx, sip.StatusBadRequest, "Bad Request")
		return
	case all:
		l.where.clear(user)
	case l.tooBrief(changes):
		l.respond(req, tx, sip.StatusIntervalToBrief, "Interval Too Brief",
			sip.NewHeader("Min-Expires", seconds(l.cfg.MinExpires)))
		return
	}
	source, _ := netip.ParseAddrPort(req.Source())
	bound := l.where.apply(user, source, changes)
	l.log.Info("registered", "user", user, "contacts", len(bound))
	l.respond(req, tx, sip.StatusOK, "OK", l.contacts(bound)...)
}

// asked reads the Contact headers; all means "*", which only a removal may say.
func (l *Lab) asked(req *sip.Request) (changes []change, all, ok bool) {
	general, given := expiresHeader(req)
	for _, h := range req.GetHeaders("Contact") {
		c, isContact := h.(*sip.ContactHeader)
		switch {
		case !isContact:
			return nil, false, false
		case c.Address.Wildcard:
			return nil, true, given && general == 0
		}
		expires := general
		if text, has := c.Params.Get("expires"); has {
			if n, err := strconv.ParseUint(text, 10, 32); err == nil {
				expires = time.Duration(n) * time.Second
			}
		}
		changes = append(changes, change{c.Address, min(expires, l.cfg.MaxExpires)})
	}
	return changes, false, true
}

func (l *Lab) tooBrief(changes []change) bool {
	for _, c := range changes {
		if c.expires > 0 && c.expires < l.cfg.MinExpires {
			return true
		}
	}
	return false
}

func expiresHeader(req *sip.Request) (d time.Duration, given bool) {
	if h := req.GetHeader("Expires"); h != nil {
		if n, err := strconv.ParseUint(strings.TrimSpace(h.Value()), 10, 32); err == nil {
			return time.Duration(n) * time.Second, true
		}
	}
	return defaultExpires, false
}

// contacts lists what is bound with the time that is left.
func (l *Lab) contacts(bound []binding) []sip.Header {
	var out []sip.Header
	for _, b := range bound {
		h := &sip.ContactHeader{Address: *b.contact.Clone(), Params: sip.NewParams()}
		h.Params.Add("expires", seconds(b.until.Sub(l.cfg.Now())))
		out = append(out, h)
	}
	return out
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }
