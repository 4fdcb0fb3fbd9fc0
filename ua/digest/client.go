package digest

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	icholy "github.com/icholy/digest"
)

// ErrNoChallenge: nothing in the response that we can answer. The error that
// carries it names what was offered.
var ErrNoChallenge = errors.New("no usable digest challenge")

// Credentials are what a user proves.
type Credentials struct {
	User     string
	Password Secret
}

// Answer is one value for an Authorization or Proxy-Authorization header.
type Answer struct {
	Realm     string
	Algorithm Algorithm
	Nonce     string
	// Stale: the server says that only the nonce was too old. A second challenge
	// for the same realm without it means that the password is wrong.
	Stale bool
	Value string
}

// Session counts the uses of each nonce, as qop=auth wants (RFC 7616 3.4). One
// serves a line with its calls; the zero value is ready. Keep the challenges and
// answer them again to authenticate later requests without being asked.
type Session struct {
	Rand io.Reader // of the client nonces; nil: crypto/rand

	mu   sync.Mutex
	uses []nonceUse
}

type nonceUse struct {
	nonce string
	count int
}

// maxNonces bounds the memory of uses; a line sees a few at a time.
const maxNonces = 32

// Answer answers the challenges of one response, given as the values of all its
// WWW-Authenticate or all its Proxy-Authenticate headers, for a request with
// this method and this Request-URI. There is one answer for each realm.
func (s *Session) Answer(challenges []string, c Credentials, method, uri string) ([]Answer, error) {
	best, seen := choose(challenges)
	if len(best) == 0 {
		return nil, fmt.Errorf("%w (offered: %s)", ErrNoChallenge, strings.Join(seen, ", "))
	}
	var out []Answer
	for _, ch := range best {
		a, err := s.answer(ch, c, method, uri)
		if err != nil {
			return nil, fmt.Errorf("digest for realm %q: %w", ch.realm, err)
		}
		out = append(out, a)
	}
	return out, nil
}

// challenge is one that we can answer.
type challenge struct {
	realm, nonce, opaque string
	named                string // algorithm as written, to be given back
	algorithm            Algorithm
	rank                 int
	auth, userhash       bool
	stale                bool
}

// choose keeps the best challenge of each realm, realms in order of appearance.
// seen says what was there, for the error message.
func choose(values []string) (best []challenge, seen []string) {
	for _, value := range values {
		p, err := parseHeader(value)
		if err != nil {
			seen = append(seen, err.Error())
			continue
		}
		ch, ok := usable(p)
		if !ok {
			seen = append(seen, fmt.Sprintf("algorithm %q qop %q", p.get("algorithm"), p.get("qop")))
			continue
		}
		i := slices.IndexFunc(best, func(b challenge) bool { return b.realm == ch.realm })
		switch {
		case i < 0:
			best = append(best, ch)
		case ch.rank < best[i].rank:
			best[i] = ch
		}
	}
	return best, seen
}

func usable(p params) (challenge, bool) {
	a, rank, ok := algorithmOf(p.get("algorithm"))
	auth, qopOK := wantsAuth(p.get("qop"))
	ch := challenge{
		realm:     p.get("realm"),
		nonce:     p.get("nonce"),
		opaque:    p.get("opaque"),
		named:     p.get("algorithm"),
		algorithm: a,
		rank:      rank,
		auth:      auth,
		userhash:  strings.EqualFold(p.get("userhash"), "true"),
		stale:     strings.EqualFold(p.get("stale"), "true"),
	}
	return ch, ok && qopOK && ch.nonce != ""
}

// wantsAuth reads a qop list: with "auth" in it that is used, without a list the
// older form without counts; a list of other things cannot be served.
func wantsAuth(qop string) (auth, ok bool) {
	if strings.TrimSpace(qop) == "" {
		return false, true
	}
	for _, q := range strings.Split(qop, ",") {
		if strings.EqualFold(strings.TrimSpace(q), "auth") {
			return true, true
		}
	}
	return false, false
}

func (s *Session) answer(ch challenge, c Credentials, method, uri string) (Answer, error) {
	cnonce, err := s.cnonce()
	if err != nil {
		return Answer{}, err
	}
	cred, err := compute(ch, c, method, uri, cnonce, s.next(ch))
	if err != nil {
		return Answer{}, err
	}
	value, err := credentialsHeader(cred, ch)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Realm: ch.realm, Algorithm: ch.algorithm, Nonce: ch.nonce, Stale: ch.stale, Value: value}, nil
}

// compute hands the numbers to the library under the algorithm's registered name.
func compute(ch challenge, c Credentials, method, uri, cnonce string, count int) (*icholy.Credentials, error) {
	chal := &icholy.Challenge{
		Realm:     ch.realm,
		Nonce:     ch.nonce,
		Opaque:    ch.opaque,
		Algorithm: string(ch.algorithm),
		Userhash:  ch.userhash,
	}
	if ch.auth {
		chal.QOP = []string{"auth"}
	}
	return icholy.Digest(chal, icholy.Options{
		Method:   method,
		URI:      uri,
		Count:    count,
		Username: c.User,
		Password: string(c.Password),
		Cnonce:   cnonce,
	})
}

// credentialsHeader writes the answer with the quoting of RFC 3261 25.1, which is
// not that of a Go string.
func credentialsHeader(c *icholy.Credentials, ch challenge) (string, error) {
	p := params{
		{"username", c.Username, true},
		{"realm", c.Realm, true},
		{"nonce", c.Nonce, true},
		{"uri", c.URI, true},
		{"response", c.Response, true},
	}
	if ch.named != "" {
		p = append(p, param{"algorithm", ch.named, false})
	}
	if ch.opaque != "" {
		p = append(p, param{"opaque", c.Opaque, true})
	}
	if ch.auth {
		p = append(p,
			param{"cnonce", c.Cnonce, true},
			param{"qop", c.QOP, false},
			param{"nc", fmt.Sprintf("%08x", c.Nc), false})
	}
	if ch.userhash {
		p = append(p, param{"userhash", "true", false})
	}
	return p.format()
}

// next counts one more use of the nonce, and forgets the least recent ones.
func (s *Session) next(ch challenge) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	use := nonceUse{nonce: ch.nonce}
	if i := slices.IndexFunc(s.uses, func(u nonceUse) bool { return u.nonce == ch.nonce }); i >= 0 {
		use = s.uses[i]
		s.uses = slices.Delete(s.uses, i, i+1)
	}
	use.count++
	s.uses = append(s.uses, use)
	if len(s.uses) > maxNonces {
		s.uses = slices.Delete(s.uses, 0, 1)
	}
	return use.count
}

func (s *Session) cnonce() (string, error) {
	return randomHex(s.Rand)
}

func randomHex(r io.Reader) (string, error) {
	if r == nil {
		r = rand.Reader
	}
	var b [16]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return "", fmt.Errorf("random numbers: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}

// Stale: the challenge says that only the nonce was too old.
func Stale(value string) bool {
	p, err := parseHeader(value)
	return err == nil && strings.EqualFold(p.get("stale"), "true")
}

// Offer is what one challenge asks for, in the server's words: an algorithm that
// we do not have is named all the same.
func Offer(value string) (realm string, a Algorithm, err error) {
	p, err := parseHeader(value)
	if err != nil {
		return "", "", err
	}
	a = Algorithm(p.get("algorithm"))
	if a == "" {
		a = MD5
	}
	return p.get("realm"), a, nil
}
