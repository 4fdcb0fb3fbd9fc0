package digest

import (
	"errors"
	"strings"
	"testing"
	"time"
)

type clock struct{ now time.Time }

func newServer(c *clock) *Server {
	return &Server{
		Realm:      "test.lo",
		Algorithms: []Algorithm{SHA256, MD5},
		Lifetime:   time.Minute,
		Now:        func() time.Time { return c.now },
		Password: func(user string) (Secret, bool) {
			p, ok := map[string]Secret{"joe": "hunter2", "ann": "letmein"}[user]
			return p, ok
		},
	}
}

func ask(t *testing.T, s *Server, stale bool) []string {
	t.Helper()
	ch, err := s.Challenge(stale)
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

func answer(t *testing.T, s *Session, ch []string, c Credentials) []string {
	t.Helper()
	a, err := s.Answer(ch, c, "REGISTER", "sip:test.lo")
	if err != nil {
		t.Fatal(err)
	}
	return []string{a[0].Value}
}

// Both ends of this package agree for each algorithm; the published examples
// hold each end to the standard apart.
func TestBothEnds(t *testing.T) {
	for _, algorithm := range preference {
		var c clock
		srv, cl := newServer(&c), &Session{}
		srv.Algorithms = []Algorithm{algorithm}
		ch := ask(t, srv, false)
		for range 3 { // one challenge serves several requests
			user, err := srv.Verify(answer(t, cl, ch, joe), "REGISTER", "sip:test.lo")
			if user != "joe" || err != nil {
				t.Errorf("%s: %q, %v", algorithm, user, err)
			}
		}
	}
}

func TestChallengeOffersEveryAlgorithmInOrder(t *testing.T) {
	var c clock
	ch := ask(t, newServer(&c), true)
	if len(ch) != 2 || !strings.Contains(ch[0], "algorithm=SHA-256") || !strings.Contains(ch[1], "algorithm=MD5") {
		t.Errorf("%q", ch)
	}
	for _, value := range ch {
		if !strings.Contains(value, `realm="test.lo"`) || !strings.Contains(value, `qop="auth"`) || !strings.Contains(value, "stale=true") {
			t.Errorf("%q", value)
		}
	}
}

func TestRefusals(t *testing.T) {
	good := func(t *testing.T, s *Server) []string { return answer(t, &Session{}, ask(t, s, false), joe) }
	edit := func(old, new string) func(*testing.T, *Server) []string {
		return func(t *testing.T, s *Server) []string {
			v := good(t, s)[0]
			if !strings.Contains(v, old) {
				t.Fatalf("%q is not in %q", old, v)
			}
			return []string{strings.Replace(v, old, new, 1)}
		}
	}
	as := func(user string, password Secret) func(*testing.T, *Server) []string {
		return func(t *testing.T, s *Server) []string {
			return answer(t, &Session{}, ask(t, s, false), Credentials{user, password})
		}
	}
	tests := []struct {
		name   string
		values func(*testing.T, *Server) []string
		reason error
	}{
		{"nothing", func(*testing.T, *Server) []string { return nil }, ErrNoCredentials},
		{"another scheme", func(*testing.T, *Server) []string { return []string{"Basic am9l"} }, ErrNoCredentials},
		{"another realm", edit(`realm="test.lo"`, `realm="other"`), ErrNoCredentials},
		{"algorithm not offered", edit("algorithm=SHA-256", "algorithm=SHA-512-256"), ErrNoCredentials},
		{"no qop", edit("qop=auth", "qop=none"), ErrNoCredentials},
		{"wrong password", as("joe", "hunter3"), ErrWrong},
		{"unknown user", as("eve", ""), ErrWrong},
		{"another user's name", edit(`username="joe"`, `username="ann"`), ErrWrong},
		{"another count", edit("nc=00000001", "nc=00000002"), ErrWrong},
		{"count zero", edit("nc=00000001", "nc=00000000"), ErrWrong},
		{"no count", edit("nc=00000001", "nc=x"), ErrWrong},
		{"no cnonce", edit("cnonce=", "x-cnonce="), ErrWrong},
		{"another uri", edit(`uri="sip:test.lo"`, `uri="sip:else"`), ErrURI},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c clock
			s := newServer(&c)
			if user, err := s.Verify(tt.values(t, s), "REGISTER", "sip:test.lo"); !errors.Is(err, tt.reason) || user != "" {
				t.Errorf("%q, %v; want %v", user, err, tt.reason)
			}
		})
	}
	t.Run("another method", func(t *testing.T) {
		var c clock
		s := newServer(&c)
		if _, err := s.Verify(good(t, s), "INVITE", "sip:test.lo"); !errors.Is(err, ErrWrong) {
			t.Error(err)
		}
	})
}

// Who knows the password but used an old nonce is told so, and gets in with the
// next one.
func TestStale(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(s *Server, c *clock, value []string)
	}{
		{"too old", func(_ *Server, c *clock, _ []string) { c.now = c.now.Add(61 * time.Second) }},
		{"forgotten", func(s *Server, _ *clock, _ []string) { s.Forget() }},
		{"used before", func(s *Server, _ *clock, v []string) { _, _ = s.Verify(v, "REGISTER", "sip:test.lo") }},
		{"crowded out", func(s *Server, _ *clock, _ []string) {
			for range maxIssued {
				_, _ = s.Challenge(false)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c clock
			s, cl := newServer(&c), &Session{}
			value := answer(t, cl, ask(t, s, false), joe)
			tt.spoil(s, &c, value)
			if _, err := s.Verify(value, "REGISTER", "sip:test.lo"); !errors.Is(err, ErrStale) {
				t.Fatal(err)
			}
			again := answer(t, cl, ask(t, s, true), joe)
			if user, err := s.Verify(again, "REGISTER", "sip:test.lo"); user != "joe" || err != nil {
				t.Errorf("%q, %v", user, err)
			}
		})
	}
}

// Requests overtake each other: counts may come in any order, once each.
func TestCountsInAnyOrder(t *testing.T) {
	var c clock
	s, cl := newServer(&c), &Session{}
	ch := ask(t, s, false)
	first, second := answer(t, cl, ch, joe), answer(t, cl, ch, joe)
	for _, v := range [][]string{second, first} {
		if _, err := s.Verify(v, "REGISTER", "sip:test.lo"); err != nil {
			t.Error(err)
		}
	}
}
