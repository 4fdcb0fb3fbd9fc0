package ua

import (
	"github.com/emiago/sipgo/sip"

	"star18/ua/digest"
)

// maxChallenges is how often one request is sent again for a 401 or 407: once
// for the password, once for a nonce that had become stale.
const maxChallenges = 2

func challenged(res *sip.Response) bool {
	return res.StatusCode == sip.StatusUnauthorized || res.StatusCode == sip.StatusProxyAuthRequired
}

// authorize adds to req the answers to the challenges in res, one for each
// realm; try counts from 1. False if we have no password, know none of the
// algorithms offered, or have been refused: asked again, and not because the
// nonce was too old.
func (l *Line) authorize(req *sip.Request, res *sip.Response, try int) bool {
	return l.authorizeAs(l.credentials(), req, res, try)
}

// authorizeAs is authorize with credentials other than the line's.
func (l *Line) authorizeAs(creds digest.Credentials, req *sip.Request, res *sip.Response, try int) bool {
	ask, answer := challengeHeaders(res)
	if creds.Password == "" {
		return false
	}
	var challenges []string
	for _, h := range res.GetHeaders(ask) {
		challenges = append(challenges, h.Value())
	}
	answers, err := l.auth.Answer(challenges, creds, string(req.Method), req.Recipient.String())
	if err != nil {
		l.log.Warn("challenge not answered", "status", res.StatusCode, "error", err)
		return false
	}
	fresh := try == 1
	for _, a := range answers {
		fresh = fresh || a.Stale
		req.AppendHeader(sip.NewHeader(answer, a.Value))
	}
	return fresh
}

// challengeHeaders are where a challenge is, and where its answer goes.
func challengeHeaders(res *sip.Response) (ask, answer string) {
	if res.StatusCode == sip.StatusProxyAuthRequired {
		return "Proxy-Authenticate", "Proxy-Authorization"
	}
	return "WWW-Authenticate", "Authorization"
}
