package lab

import (
	"errors"

	"github.com/emiago/sipgo/sip"

	"star18/ua/digest"
)

// authorize says who sent a request, or answers it: 401 as a registrar, 407 as a
// proxy. A wrong password is challenged again, as registrars do; it is for the
// client to see that its first answer was not stale.
func (l *Lab) authorize(req *sip.Request, tx *sip.ServerTx, status int) (user string, ok bool) {
	given := values(req, authHeader(status))
	user, err := l.auth.Verify(given, req.Method.String(), req.Recipient.String())
	stale := errors.Is(err, digest.ErrStale)
	if len(given) > 0 && l.fault.takeStale() {
		stale, err = true, digest.ErrStale
	}
	switch {
	case err == nil:
		return user, true
	case errors.Is(err, digest.ErrURI):
		l.respond(req, tx, sip.StatusBadRequest, "Bad Request")
	default:
		l.log.Info("challenged", "method", req.Method.String(), "error", err)
		l.challenge(req, tx, status, stale)
	}
	return "", false
}

func (l *Lab) challenge(req *sip.Request, tx *sip.ServerTx, status int, stale bool) {
	offers, err := l.auth.Challenge(stale)
	if err != nil {
		l.log.Error("no challenge", "error", err)
		l.respond(req, tx, sip.StatusInternalServerError, "Server Internal Error")
		return
	}
	name, reason := "WWW-Authenticate", "Unauthorized"
	if status == sip.StatusProxyAuthRequired {
		name, reason = "Proxy-Authenticate", "Proxy Authentication Required"
	}
	var headers []sip.Header
	for _, offer := range offers {
		headers = append(headers, sip.NewHeader(name, offer))
	}
	l.respond(req, tx, status, reason, headers...)
}

func authHeader(status int) string {
	if status == sip.StatusProxyAuthRequired {
		return "Proxy-Authorization"
	}
	return "Authorization"
}
