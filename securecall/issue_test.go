package securecall

import (
	"errors"
	"strings"
	"testing"
)

// Oracle: NewIdentity, which is tested with the vendor's own identity.
func TestIssuedIdentityWorks(t *testing.T) {
	issued := issue(t, "Bob", "14085550002")
	if n := len(issued.MiniCertificateParameter()); n != 508 {
		t.Errorf("Mini Certificate has %d characters, want 508", n)
	}
	if n := len(issued.PrivateKeyParameter()); n != 88 {
		t.Errorf("SRTP Private Key has %d characters, want 88", n)
	}
	id := identity(t, issued)
	if c := id.Certificate(); c.Name() != "Bob" || !c.HasUserID("14085550002") || id.CA() != issued.CA {
		t.Errorf("issued %v under %v", c, id.CA())
	}
	if issueNow(t, "Bob", "14085550002").Certificate != issued.Certificate {
		t.Error("the same randomness gave another certificate")
	}
	if issueNow(t, "Rob", "14085550002").Certificate == issued.Certificate {
		t.Error("other randomness gave the same certificate")
	}
}

func TestIssueLimits(t *testing.T) {
	key, err := privateCA()
	if err != nil {
		t.Fatal(err)
	}
	expiry := Expiry([]byte("000000010134"))
	for _, tc := range []struct {
		name, userID string
		expiry       Expiry
		want         error
	}{
		{"J", "1", expiry, nil},
		{strings.Repeat("x", 32), strings.Repeat("1", 16), expiry, nil},
		{"Zoë 松", "joe.smith~+*#", expiry, nil},
		{"", "1", expiry, ErrName},
		{strings.Repeat("x", 33), "1", expiry, ErrName},
		{strings.Repeat("ë", 17), "1", expiry, ErrName}, // 34 bytes
		{"a\x00b", "1", expiry, ErrName},
		{"a\nb", "1", expiry, ErrName},
		{"a\xff", "1", expiry, ErrName},
		{"J", "", expiry, ErrUserID},
		{"J", strings.Repeat("1", 17), expiry, ErrUserID},
		{"J", "1 2", expiry, ErrUserID},
		{"J", "1\x00", expiry, ErrUserID},
		{"J", "ë", expiry, ErrUserID},
		{"J", "1", Expiry{}, ErrExpiry},
		{"J", "1", Expiry([]byte("000000023034")), ErrExpiry},
	} {
		issued, err := Issue(key, Request{tc.name, tc.userID, tc.expiry}, seeded("limits"))
		if !errors.Is(err, tc.want) {
			t.Errorf("%q, %q, %v: %v, want %v", tc.name, tc.userID, tc.expiry, err, tc.want)
		}
		if err == nil && (issued.Certificate.Name() != tc.name || !issued.Certificate.HasUserID(tc.userID)) {
			t.Errorf("%q, %q: issued %v", tc.name, tc.userID, issued.Certificate)
		}
	}
}

func TestIssueWithoutRandomness(t *testing.T) {
	key, err := privateCA()
	if err != nil {
		t.Fatal(err)
	}
	r := Request{"J", "1", Expiry([]byte("000000010134"))}
	if _, err := Issue(key, r, failingRandom{}); !errors.Is(err, errFailing) {
		t.Errorf("issued without randomness: %v", err)
	}
	if _, err := NewCAKey(failingRandom{}); !errors.Is(err, errFailing) {
		t.Errorf("CA without randomness: %v", err)
	}
}
