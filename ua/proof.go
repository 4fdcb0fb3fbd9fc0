package ua

import (
	"github.com/emiago/sipgo/sip"
)

// proof is the last challenge that a registrar made. Answered again with its
// nonce counted on, the next REGISTER needs no challenge of its own (RFC 7616
// 3.4); a nonce that is no longer good costs what no proof at all costs.
type proof struct {
	header     string // of the answer
	challenges []string
}

// add gives req credentials: the answer to challenge, or to the last one. False
// if challenge cannot be answered; see Line.authorize.
func (p *proof) add(l *Line, req *sip.Request, challenge *sip.Response, tries int) bool {
	if challenge != nil {
		ask := ""
		ask, p.header = challengeHeaders(challenge)
		p.challenges = nil
		for _, h := range challenge.GetHeaders(ask) {
			p.challenges = append(p.challenges, h.Value())
		}
		return l.authorize(req, challenge, tries)
	}
	if len(p.challenges) == 0 || l.cfg.Password == "" {
		return true
	}
	answers, err := l.auth.Answer(p.challenges, l.credentials(), string(req.Method), req.Recipient.String())
	if err != nil {
		p.forget()
		return true
	}
	for _, a := range answers {
		req.AppendHeader(sip.NewHeader(p.header, a.Value))
	}
	return true
}

func (p *proof) forget() { p.challenges = nil }
