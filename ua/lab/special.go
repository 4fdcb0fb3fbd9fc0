package lab

import "github.com/emiago/sipgo/sip"

// special is a user who fails in a known way.
type special struct {
	status int
	reason string
}

// The names and numbers of doc.go. A provisional status stays the last one.
var specials = map[string]special{
	"busy":        {sip.StatusBusyHere, "Busy Here"},
	"5550486":     {sip.StatusBusyHere, "Busy Here"},
	"declined":    {sip.StatusGlobalDecline, "Decline"},
	"5550603":     {sip.StatusGlobalDecline, "Decline"},
	"notfound":    {sip.StatusNotFound, "Not Found"},
	"5550404":     {sip.StatusNotFound, "Not Found"},
	"unavailable": {sip.StatusTemporarilyUnavailable, "Temporarily Unavailable"},
	"5550480":     {sip.StatusTemporarilyUnavailable, "Temporarily Unavailable"},
	"forbidden":   {sip.StatusForbidden, "Forbidden"},
	"5550403":     {sip.StatusForbidden, "Forbidden"},
	"timeout":     {sip.StatusRequestTimeout, "Request Timeout"},
	"5550408":     {sip.StatusRequestTimeout, "Request Timeout"},
	"unsuited":    {sip.StatusNotAcceptableHere, "Not Acceptable Here"},
	"5550488":     {sip.StatusNotAcceptableHere, "Not Acceptable Here"},
	"error":       {sip.StatusInternalServerError, "Server Internal Error"},
	"5550500":     {sip.StatusInternalServerError, "Server Internal Error"},
	"silent":      {sip.StatusTrying, "Trying"},
	"5550100":     {sip.StatusTrying, "Trying"},
	"slow":        {sip.StatusRinging, "Ringing"},
	"5550180":     {sip.StatusRinging, "Ringing"},
}

func (l *Lab) special(uri *sip.Uri) (special, bool) {
	if _, real := l.cfg.Users[uri.User]; real || !l.ours(uri) {
		return special{}, false
	}
	s, ok := specials[uri.User]
	return s, ok
}

// play answers as the special user does. Those who never answer do so until the
// caller gives up; only an INVITE can be kept waiting.
func (l *Lab) play(s special, req *sip.Request, tx *sip.ServerTx) {
	inv := l.invite(txKey(req))
	if s.status < 200 && !req.IsInvite() {
		s = specials["unavailable"]
	}
	l.respond(req, tx, s.status, s.reason)
	if s.status >= 200 || inv == nil {
		return
	}
	l.watchers.Go(func() {
		select {
		case <-inv.cancelled:
			l.respond(req, tx, sip.StatusRequestTerminated, "Request Terminated")
		case <-tx.Done():
		case <-l.closing:
		}
	})
}
