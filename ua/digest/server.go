package digest

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Why a server does not accept a request, to be compared with errors.Is.
var (
	ErrNoCredentials = errors.New("no credentials for this realm")   // challenge
	ErrStale         = errors.New("nonce too old or used before")    // challenge with stale=true
	ErrWrong         = errors.New("wrong user or password")          // challenge, or refuse
	ErrURI           = errors.New("digest uri is not the request's") // 400 (RFC 7616 3.4.6)
)

// maxIssued bounds the nonces that a server remembers; the oldest goes first.
const maxIssued = 1024

// Server asks for credentials of one realm and checks them. It is made for a
// laboratory: users in memory, nonces forgotten when it ends.
type Server struct {
	Realm      string
	Algorithms []Algorithm   // offered, in this order
	Lifetime   time.Duration // of a nonce
	Password   func(user string) (Secret, bool)
	Now        func() time.Time
	Rand       io.Reader // nil: crypto/rand

	mu     sync.Mutex
	issued []*issuedNonce
}

type issuedNonce struct {
	value string
	at    time.Time
	used  map[uint64]bool
}

// Challenge gives the values of the WWW-Authenticate or Proxy-Authenticate
// headers, one for each algorithm, over one new nonce.
func (s *Server) Challenge(stale bool) ([]string, error) {
	nonce, err := s.issue()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, a := range s.Algorithms {
		p := params{
			{"realm", s.Realm, true},
			{"nonce", nonce, true},
			{"algorithm", string(a), false},
			{"qop", "auth", true},
		}
		if stale {
			p = append(p, param{"stale", "true", false})
		}
		value, err := p.format()
		if err != nil {
			return nil, fmt.Errorf("challenge for realm %q: %w", s.Realm, err)
		}
		out = append(out, value)
	}
	return out, nil
}

func (s *Server) issue() (string, error) {
	nonce, err := randomHex(s.Rand)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued = append(s.issued, &issuedNonce{nonce, s.Now(), make(map[uint64]bool)})
	if len(s.issued) > maxIssued {
		s.issued = slices.Delete(s.issued, 0, 1)
	}
	return nonce, nil
}

// Forget drops every nonce, as a restart does: credentials over them are stale.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued = nil
}

// Verify checks the values of a request's Authorization or Proxy-Authorization
// headers and says who sent it. Values of other realms are passed over.
func (s *Server) Verify(values []string, method, uri string) (user string, err error) {
	for _, value := range values {
		p, err := parseHeader(value)
		if err != nil || p.get("realm") != s.Realm {
			continue
		}
		return s.verify(p, method, uri)
	}
	return "", ErrNoCredentials
}

// verify checks the password before the nonce: only who knows the one is told
// that the other was too old (RFC 7616 3.3, stale).
func (s *Server) verify(p params, method, uri string) (string, error) {
	if p.get("uri") != uri {
		return "", ErrURI
	}
	a, _, ok := algorithmOf(p.get("algorithm"))
	if !ok || !slices.Contains(s.Algorithms, a) || !strings.EqualFold(p.get("qop"), "auth") {
		return "", ErrNoCredentials // an algorithm that was not offered
	}
	count, err := strconv.ParseUint(p.get("nc"), 16, 32)
	if err != nil || count == 0 {
		return "", ErrWrong
	}
	user := p.get("username")
	password, known := s.Password(user)
	want, err := compute(
		challenge{realm: s.Realm, nonce: p.get("nonce"), algorithm: a, auth: true},
		Credentials{user, password}, method, uri, p.get("cnonce"), int(count))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrWrong, err)
	}
	same := subtle.ConstantTimeCompare([]byte(want.Response), []byte(strings.ToLower(p.get("response"))))
	if !known || same != 1 || p.get("cnonce") == "" {
		return "", ErrWrong
	}
	if err := s.use(p.get("nonce"), count); err != nil {
		return "", err
	}
	return user, nil
}

// use takes each count of a nonce once, in any order: requests overtake each
// other.
func (s *Server) use(nonce string, count uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.issued, func(n *issuedNonce) bool { return n.value == nonce })
	if i < 0 {
		return ErrStale
	}
	n := s.issued[i]
	if s.Now().Sub(n.at) > s.Lifetime || n.used[count] {
		return ErrStale
	}
	n.used[count] = true
	return nil
}
