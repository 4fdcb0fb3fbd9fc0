package securecall

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"star18/securecall/published"
)

// Oracle: section 4, "At start star18 checks its own identity".
func TestNewIdentityFaults(t *testing.T) {
	mc, pk := trimmed(published.MiniCertificate()), trimmed(published.PrivateKey())
	raw, _ := base64.StdEncoding.DecodeString(mc)
	enc := base64.StdEncoding.EncodeToString
	flipped := append([]byte(nil), raw...)
	flipped[40] ^= 1
	key, err := ParseCAKey(published.CAKey())
	if err != nil {
		t.Fatal(err)
	}
	even, err := key.sign(Request{"x", "1", Expiry([]byte("000000010134"))}, make([]byte, blockLen))
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		mc, pk string
		now    time.Time
		want   error
	}{
		"good":                {mc, pk, testNow, nil},
		"wrapped, unpadded":   {" " + mc[:76] + "\r\n" + strings.TrimRight(mc[76:], "=") + "\n", strings.TrimRight(pk, "="), testNow, nil},
		"no certificate":      {"", pk, testNow, CertificateMissing},
		"blank certificate":   {" \n", pk, testNow, CertificateMissing},
		"certificate garbage": {mc[:507] + "!", pk, testNow, CertificateNotBase64},
		"certificate cut":     {enc(raw[:379]), pk, testNow, CertificateLength},
		"certificate alone":   {enc(raw[:252]), pk, testNow, CertificateLength},
		"certificate longer":  {enc(append(raw[:380:380], 0)), pk, testNow, CertificateLength},
		"bit flipped":         {enc(flipped), pk, testNow, CertificateSignature},
		"expired":             {mc, pk, time.Date(2034, 1, 1, 0, 0, 0, 0, time.UTC), CertificateExpired},
		"degenerate modulus":  {encodeMiniCertificate(even, key.ca), pk, testNow, CertificateModulus},
		"no key":              {mc, "", testNow, KeyMissing},
		"key garbage":         {mc, pk[:87] + "!", testNow, KeyNotBase64},
		"key longer":          {mc, enc(make([]byte, 65)), testNow, KeyLength},
		"key of another":      {mc, issue(t, "Bob", "1").PrivateKeyParameter(), testNow, KeyMismatch},
		"key of zeros":        {mc, enc(make([]byte, 64)), testNow, KeyMismatch},
		"key of one":          {mc, "AQ==", testNow, KeyMismatch},
		"key cut":             {mc, enc(make([]byte, 10)), testNow, KeyMismatch},
	} {
		id, err := NewIdentity(tc.mc, tc.pk, UTC, tc.now)
		if !errors.Is(err, tc.want) || (id == nil) != (tc.want != nil) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
		if fault := Fault(""); errors.As(err, &fault) && fault.Words() == "" {
			t.Errorf("%s: no words for %s", name, fault)
		}
	}
}

// Some tools write the exponent without its leading zeros (section 4). Oracle:
// a key whose exponent happens to begin with a zero byte.
func TestShortPrivateKeyIsPadded(t *testing.T) {
	key, err := privateCA()
	if err != nil {
		t.Fatal(err)
	}
	random := seeded("short")
	for range 5000 {
		issued, err := Issue(key, Request{"S", "1", Expiry([]byte("000000010134"))}, random)
		if err != nil {
			t.Fatal(err)
		}
		if issued.private.d()[0] != 0 {
			continue
		}
		if len(issued.PrivateKeyParameter()) != 88 {
			t.Error("we write a short key ourselves")
		}
		short := base64.StdEncoding.EncodeToString(issued.private.d()[1:])
		if _, err := NewIdentity(issued.MiniCertificateParameter(), short, UTC, testNow); err != nil {
			t.Errorf("a key of 63 bytes: %v", err)
		}
		return
	}
	t.Fatal("no exponent began with a zero byte")
}

func TestIdentityZone(t *testing.T) {
	_, err := NewIdentity(published.MiniCertificate(), published.PrivateKey(), "mars", testNow)
	if err == nil || !strings.Contains(err.Error(), "secure.expiry_zone") {
		t.Errorf("zone mars: %v, want an error that names its key", err)
	}
}

func TestIdentityDescribesItself(t *testing.T) {
	id := joe(t)
	if w := id.UserIDWarning("14085551234"); w != "" {
		t.Errorf("warning for the right user: %s", w)
	}
	for _, user := range []string{"", "4085551234", "joe"} {
		if w := id.UserIDWarning(user); !strings.Contains(w, "14085551234") {
			t.Errorf("line user %q: %q", user, w)
		}
	}
	if want := time.Date(2034, 1, 1, 0, 0, 0, 0, time.UTC); !id.Expires().Equal(want) {
		t.Errorf("expires %v, want %v", id.Expires(), want)
	}
	if len(id.Fingerprint()) != 64 || id.Fingerprint() == bob(t).Fingerprint() {
		t.Error("fingerprints do not tell identities apart")
	}
	if err := id.Check(id.Expires()); !errors.Is(err, CertificateExpired) {
		t.Errorf("checked at its expiry: %v", err)
	}
}
