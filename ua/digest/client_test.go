package digest

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

var joe = Credentials{"joe", "hunter2"}

func challengeOf(realm, nonce, algorithm string) string {
	return fmt.Sprintf(`Digest realm="%s", nonce="%s", algorithm=%s, qop="auth"`, realm, nonce, algorithm)
}

func TestChoice(t *testing.T) {
	md5, sha := challengeOf("r", "n1", "MD5"), challengeOf("r", "n2", "SHA-256")
	trunc := challengeOf("r", "n3", "SHA-512-256")
	tests := []struct {
		name   string
		offers []string
		want   string // realm/algorithm/nonce, joined
	}{
		{"one", []string{md5}, "r/MD5/n1"},
		{"SHA-256 listed last", []string{md5, trunc, sha}, "r/SHA-256/n2"},
		{"SHA-256 listed first", []string{sha, md5}, "r/SHA-256/n2"},
		{"SHA-512-256 before MD5", []string{md5, trunc}, "r/SHA-512-256/n3"},
		{"unknown skipped", []string{challengeOf("r", "n", "SHA-1024"), md5}, "r/MD5/n1"},
		{"session variant skipped", []string{challengeOf("r", "n", "MD5-sess"), md5}, "r/MD5/n1"},
		{"other scheme skipped", []string{`Basic realm="r"`, md5}, "r/MD5/n1"},
		{"malformed skipped", []string{`Digest realm="r`, "Digest =", "", md5}, "r/MD5/n1"},
		{"auth-int alone skipped", []string{`Digest realm="r", nonce="x", qop="auth-int", algorithm=SHA-256`, md5}, "r/MD5/n1"},
		{"no nonce skipped", []string{`Digest realm="r", algorithm=SHA-256, qop="auth"`, md5}, "r/MD5/n1"},
		{"no algorithm is MD5", []string{`Digest realm="r", nonce="n1", qop="auth"`}, "r/MD5/n1"},
		{"several realms", []string{md5, challengeOf("q", "n4", "MD5"), sha}, "r/SHA-256/n2 q/MD5/n4"},
		{"as devices write", []string{"digest  Realm = r ,,NONCE=\"n1\",\tAlgorithm=md5,Qop=AUTH"}, "r/MD5/n1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var s Session
			answers, err := s.Answer(tt.offers, joe, "REGISTER", "sip:example.org")
			var got []string
			for _, a := range answers {
				got = append(got, a.Realm+"/"+string(a.Algorithm)+"/"+a.Nonce)
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("%v, %v; want %s", got, err, tt.want)
			}
		})
	}
}

func TestNothingToAnswer(t *testing.T) {
	for _, offers := range [][]string{nil, {""}, {`Basic realm="r"`}, {challengeOf("r", "n", "AKAv1-MD5")}} {
		var s Session
		if _, err := s.Answer(offers, joe, "INVITE", "sip:x"); !errors.Is(err, ErrNoChallenge) {
			t.Errorf("%q: %v", offers, err)
		}
	}
}

// RFC 7616 3.4: the count of a nonce's uses rises by one, for each nonce apart.
func TestNonceCount(t *testing.T) {
	var s Session
	for i, step := range []struct{ nonce, nc string }{
		{"a", "00000001"}, {"a", "00000002"}, {"b", "00000001"}, {"a", "00000003"}, {"b", "00000002"},
	} {
		answers, err := s.Answer([]string{challengeOf("r", step.nonce, "MD5")}, joe, "INVITE", "sip:x")
		if err != nil || !strings.Contains(answers[0].Value, "nc="+step.nc) {
			t.Errorf("step %d: %+v, %v; want nc=%s", i, answers, err, step.nc)
		}
	}
	for i := range 2 * maxNonces {
		_, _ = s.Answer([]string{challengeOf("r", fmt.Sprint(i), "MD5")}, joe, "INVITE", "sip:x")
	}
	if len(s.uses) != maxNonces {
		t.Errorf("%d nonces remembered, bound %d", len(s.uses), maxNonces)
	}
}

func TestStaleIsReported(t *testing.T) {
	var s Session
	for value, want := range map[string]bool{", stale=TRUE": true, ", stale=false": false, "": false, `, stale="true"`: true} {
		a, err := s.Answer([]string{challengeOf("r", "n", "MD5") + value}, joe, "INVITE", "sip:x")
		if err != nil || a[0].Stale != want {
			t.Errorf("%q: %+v, %v", value, a, err)
		}
	}
}

// Without qop there is neither count nor cnonce (RFC 7616 3.4.1, last form). The
// response is of RFC 2617's example data, computed apart from this package.
func TestWithoutQop(t *testing.T) {
	var s Session
	a, err := s.Answer([]string{`Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"`},
		Credentials{"Mufasa", "Circle Of Life"}, "GET", "/dir/index.html")
	if err != nil {
		t.Fatal(err)
	}
	const want = `Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", ` +
		`uri="/dir/index.html", response="670fd8c2df070c60b045671b8b24ff02"`
	if a[0].Value != want {
		t.Errorf("got  %s\nwant %s", a[0].Value, want)
	}
}

// Whatever a server or a user wrote, an answer stays one header line and its
// parameters stay apart.
func TestNothingIsInjected(t *testing.T) {
	var s Session
	refused := []struct {
		name, challenge, user, uri string
	}{
		{"line end in the user", challengeOf("r", "n", "MD5"), "joe\r\nX-Evil: 1", "sip:x"},
		{"line end in the uri", challengeOf("r", "n", "MD5"), "joe", "sip:x\r\nX: 1"},
		{"line end in the realm", "Digest realm=\"r\r\nX: 1\", nonce=\"n\"", "joe", "sip:x"},
		{"line end in the nonce", "Digest realm=\"r\", nonce=\"n\n\"", "joe", "sip:x"},
		{"NUL in the opaque", "Digest realm=\"r\", nonce=\"n\", opaque=\"\x00\"", "joe", "sip:x"},
	}
	for _, tt := range refused {
		t.Run(tt.name, func(t *testing.T) {
			if a, err := s.Answer([]string{tt.challenge}, Credentials{tt.user, "p"}, "INVITE", tt.uri); err == nil {
				t.Errorf("answered %+v", a)
			}
		})
	}
	quoted, err := s.Answer([]string{`Digest realm="a \"b\" \\c", nonce="n\", response=\"0"`}, Credentials{`x", realm="y`, "p"}, "INVITE", "sip:x")
	if err != nil {
		t.Fatal(err)
	}
	p, err := parseHeader(quoted[0].Value)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"realm": `a "b" \c`, "username": `x", realm="y`, "nonce": `n", response="0`} {
		if got := p.get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestSecretIsNeverShown(t *testing.T) {
	type holder struct{ Password Secret }
	c := Credentials{"joe", "hunter2"}
	js, err := json.Marshal(holder{"hunter2"})
	if err != nil {
		t.Fatal(err)
	}
	var logged strings.Builder
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "p", c.Password, "c", c)
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "p", c.Password, "c", c)
	text, _ := c.Password.MarshalText()
	shown := fmt.Sprintf("%v %s %q %x %d %#v %+v %#v %s", c.Password, c.Password, c.Password, c.Password, c.Password, c.Password, c, c, c) +
		fmt.Sprint(&c) + c.Password.GoString() + c.Password.String() + string(js) + string(text) + logged.String()
	if strings.Contains(shown, "hunter2") || strings.Contains(shown, "68756e") {
		t.Errorf("shown: %s", shown)
	}
	if !strings.Contains(string(js), hidden) || string(c.Password) != "hunter2" {
		t.Errorf("json %s", js)
	}
}

// FuzzHeader: nothing panics, and what was read is written as itself.
func FuzzHeader(f *testing.F) {
	f.Add(unfold(rfc7616MD5))
	f.Add(`digest  Realm = r ,,NONCE="n\"1",	Algorithm=md5,Qop=AUTH`)
	f.Fuzz(func(t *testing.T, value string) {
		p, err := parseHeader(value)
		if err != nil {
			return
		}
		for i := range p {
			p[i].quote = true
		}
		text, err := p.format()
		if err != nil || len(text) > maxHeader {
			return
		}
		again, err := parseHeader(text)
		if err != nil || fmt.Sprint(again) != fmt.Sprint(p) {
			t.Fatalf("%v read back as %v, %v", p, again, err)
		}
	})
}
