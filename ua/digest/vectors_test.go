package digest

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// The published examples. RFC 7616 3.9.1 answers one resource with both hashes;
// RFC 2617 3.5 is the older one. The realms, nonces and responses are theirs.
const (
	rfc7616MD5 = `Digest
       realm="http-auth@example.org",
       qop="auth, auth-int",
       algorithm=MD5,
       nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
       opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
	rfc7616Cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
	rfc2617       = `Digest realm="testrealm@host.com", qop="auth,auth-int",
       nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`
)

// unfold joins the printed lines as a header parser does.
func unfold(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestPublishedExamples(t *testing.T) {
	sha := strings.Replace(rfc7616MD5, "algorithm=MD5", "algorithm=SHA-256", 1)
	tests := []struct {
		name, challenge, password, cnonce, response string
	}{
		{"RFC 7616 MD5", rfc7616MD5, "Circle of Life", rfc7616Cnonce, "8ca523f5e9506fed4657c9700eebdbec"},
		{"RFC 7616 SHA-256", sha, "Circle of Life", rfc7616Cnonce, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
		{"RFC 2617", rfc2617, "Circle Of Life", "0a4f113b", "6629fae49393a05397450978507c4ef1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			best, seen := choose([]string{unfold(tt.challenge)})
			if len(best) != 1 {
				t.Fatalf("not understood: %v", seen)
			}
			cred := Credentials{"Mufasa", Secret(tt.password)}
			c, err := compute(best[0], cred, "GET", "/dir/index.html", tt.cnonce, 1)
			if err != nil || c.Response != tt.response {
				t.Errorf("response %v, %v; want %s", c, err, tt.response)
			}
		})
	}
}

// The header as the RFC prints it, through the server's eyes.
func TestPublishedAuthorization(t *testing.T) {
	const printed = `Digest username="Mufasa",
       realm="http-auth@example.org",
       uri="/dir/index.html",
       algorithm=SHA-256,
       nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
       nc=00000001,
       cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
       qop=auth,
       response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
       opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
	now := time.Date(2015, 9, 1, 0, 0, 0, 0, time.UTC)
	s := &Server{
		Realm:      "http-auth@example.org",
		Algorithms: []Algorithm{SHA256, MD5},
		Lifetime:   time.Minute,
		Now:        func() time.Time { return now },
		Password:   func(u string) (Secret, bool) { return "Circle of Life", u == "Mufasa" },
		issued: []*issuedNonce{{
			value: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", at: now, used: map[uint64]bool{}}},
	}
	user, err := s.Verify([]string{unfold(printed)}, "GET", "/dir/index.html")
	if user != "Mufasa" || err != nil {
		t.Errorf("%q, %v", user, err)
	}
	wrong := strings.Replace(unfold(printed), "753927fa", "753927fb", 1)
	if _, err := s.Verify([]string{wrong}, "GET", "/dir/index.html"); !errors.Is(err, ErrWrong) {
		t.Errorf("one digit changed: %v", err)
	}
}

// RFC 7616 3.9.2 as corrected by its erratum 4897: the hash of the user name.
// (The response printed there is not reproducible with the data printed there.)
func TestPublishedUserHash(t *testing.T) {
	ch := challenge{realm: "api@example.org", nonce: "n", algorithm: SHA512256, auth: true, userhash: true}
	c, err := compute(ch, Credentials{"Jäsøn Doe", "Secret, or not?"}, "GET", "/doe.json", "c", 1)
	const want = "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"
	if err != nil || c.Username != want {
		t.Errorf("%v, %v; want %s", c, err, want)
	}
}
