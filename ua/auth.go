package ua

import (
	"slices"

	"github.com/emiago/sipgo/sip"

	"star18/ua/digest"
)

// maxChallenges is how often one request is sent again for a 401 or 407: once for the
// password and once for a nonce that had become stale, at a proxy on the way and at
// whom it is for.
const maxChallenges = 4

func challenged(res *sip.Response) bool {
	return res.StatusCode == sip.StatusUnauthorized || res.StatusCode == sip.StatusProxyAuthRequired
}

// challengeHeaders are where a challenge is, and where its answer goes.
func challengeHeaders(res *sip.Response) (ask, answer string) {
	if res.StatusCode == sip.StatusProxyAuthRequired {
		return "Proxy-Authenticate", "Proxy-Authorization"
	}
	return "WWW-Authenticate", "Authorization"
}

// proof is what a request has to prove, and to whom: each further try answers all who
// asked, not only the last (RFC 3261 22.3). Kept for the next request of the same
// kind and answered with the nonce counted on, it saves that a challenge (RFC 7616
// 3.4); a nonce that is no longer good costs what no proof at all costs.
type proof struct {
	demands []demand
	tries   int
}

// demand is the challenge of one realm, once for each algorithm that it offers.
type demand struct {
	header     string // of the answer
	realm      string
	challenges []string
	now        bool // it was made to the request that is under way
}

// add gives req its credentials, if there are any to give. With a challenge it is that
// request again: false if it cannot be answered. Who is asked again for the same realm,
// and not because the nonce was too old, has been refused.
func (p *proof) add(l *Line, creds digest.Credentials, req *sip.Request, challenge *sip.Response) bool {
	if challenge == nil {
		p.begin()
		if p.answer(l, creds, req) != nil {
			p.forget()
		}
		return true
	}
	if creds.Password == "" || !p.hear(challenge) {
		return false
	}
	if err := p.answer(l, creds, req); err != nil {
		l.log.Warn("challenge not answered", "status", challenge.StatusCode, "error", err)
		return false
	}
	return true
}

func (p *proof) begin() {
	p.tries = 0
	for i := range p.demands {
		p.demands[i].now = false
	}
}

// hear notes a challenge; false if it is a refusal.
func (p *proof) hear(res *sip.Response) bool {
	news := false
	for _, d := range demandsOf(res) {
		i := slices.IndexFunc(p.demands, func(o demand) bool { return o.header == d.header && o.realm == d.realm })
		news = news || i < 0 || !p.demands[i].now || slices.ContainsFunc(d.challenges, digest.Stale)
		if i < 0 {
			p.demands = append(p.demands, d)
		} else {
			p.demands[i] = d
		}
	}
	p.tries++
	return news && p.tries <= maxChallenges
}

// demandsOf sorts a response's challenges by realm.
func demandsOf(res *sip.Response) []demand {
	ask, answer := challengeHeaders(res)
	var out []demand
	for _, challenge := range headerValues(res, ask) {
		realm, _, _ := digest.Offer(challenge) // what is no challenge has none
		i := slices.IndexFunc(out, func(o demand) bool { return o.realm == realm })
		if i < 0 {
			i, out = len(out), append(out, demand{header: answer, realm: realm, now: true})
		}
		out[i].challenges = append(out[i].challenges, challenge)
	}
	return out
}

// answer adds the answers, one for each realm.
func (p *proof) answer(l *Line, creds digest.Credentials, req *sip.Request) error {
	for _, header := range []string{"Proxy-Authorization", "Authorization"} {
		var challenges []string
		for _, d := range p.demands {
			if d.header == header {
				challenges = append(challenges, d.challenges...)
			}
		}
		if len(challenges) == 0 || creds.Password == "" {
			continue
		}
		answers, err := l.auth.Answer(challenges, creds, string(req.Method), req.Recipient.String())
		if err != nil {
			return err
		}
		for _, a := range answers {
			req.AppendHeader(sip.NewHeader(header, a.Value))
		}
	}
	return nil
}

func (p *proof) forget() { p.demands = nil }
