package securecall

import (
	"encoding/base64"
	"math/big"
	"testing"
	"time"

	"star18/securecall/published"
)

// The oracle of this file is the vendor's published example, except for the
// last 24 characters of the private key, which were derived and whose own
// proof is TestVendorPrivateExponent.

func TestVendorCertificate(t *testing.T) {
	c, ca, err := DecodeMiniCertificate(published.MiniCertificate())
	if err != nil {
		t.Fatal(err)
	}
	if c.Name() != "Joe Smith" || c.UserID() != "14085551234" || c.Expiry().String() != "000000010134" {
		t.Errorf("certificate reads %v", c)
	}
	end, err := c.Expiry().Time(UTC)
	if want := time.Date(2034, 1, 1, 0, 0, 0, 0, time.UTC); err != nil || !end.Equal(want) {
		t.Errorf("expiry %v, %v; want %v", end, err, want)
	}
	if err := c.Verify(ca, end.Add(-time.Second), UTC); err != nil {
		t.Errorf("one second before its expiry: %v", err)
	}
	if err := c.Verify(ca, end, UTC); err == nil {
		t.Error("valid at the second of its expiry")
	}
	if encodeMiniCertificate(c, ca) != trimmed(published.MiniCertificate()) {
		t.Error("the parameter does not encode to what it was decoded from")
	}
}

// The manual's command line, run again, must give the manual's bytes.
func TestVendorCertificateSignedAgain(t *testing.T) {
	key, err := ParseCAKey(published.CAKey())
	if err != nil {
		t.Fatal(err)
	}
	want, ca, _ := DecodeMiniCertificate(published.MiniCertificate())
	expiry, err := ParseExpiry("00:00:00 1/1/34", UTC)
	if err != nil {
		t.Fatal(err)
	}
	got, err := key.sign(Request{Name: "Joe Smith", UserID: "14085551234", Expiry: expiry}, want.modulus())
	if err != nil || got != want {
		t.Errorf("signed again: %v, equal %v", err, got == want)
	}
	if key.CA() != ca || !ca.IsPublished() {
		t.Error("the parameter does not end with the CA of ca_key, or it is not known as the published one")
	}
	if string(key.FileText()) != string(published.CAKey()) {
		t.Error("ca_key does not encode to what it was read from")
	}
}

// Oracle: the definition of an RSA private exponent. p and q follow from n, e
// and d by the usual probabilistic factoring, and are checked by multiplying.
func TestVendorPrivateExponent(t *testing.T) {
	c, _, _ := DecodeMiniCertificate(published.MiniCertificate())
	raw, err := base64.StdEncoding.DecodeString(trimmed(published.PrivateKey()))
	if err != nil || len(raw) != blockLen {
		t.Fatalf("%d bytes, %v", len(raw), err)
	}
	n, d := new(big.Int).SetBytes(c.modulus()), new(big.Int).SetBytes(raw)
	one := big.NewInt(1)
	p := factor(n, d)
	if p == nil {
		t.Fatal("the exponent does not factor the modulus")
	}
	q := new(big.Int).Div(n, p)
	if new(big.Int).Mul(p, q).Cmp(n) != 0 || !p.ProbablyPrime(20) || !q.ProbablyPrime(20) {
		t.Fatal("p*q is not the modulus, or p or q is not prime")
	}
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	de := new(big.Int).Mul(d, big.NewInt(publicExponent))
	if de.Mod(de, phi).Cmp(one) != 0 {
		t.Error("d*e is not 1 mod phi(n)")
	}
}

// factor finds a prime factor of n from its private exponent d.
func factor(n, d *big.Int) *big.Int {
	one := big.NewInt(1)
	odd := new(big.Int).Mul(d, big.NewInt(publicExponent))
	odd.Sub(odd, one)
	twos := odd.TrailingZeroBits()
	odd.Rsh(odd, twos)
	for g := int64(2); g < 100; g++ {
		x := new(big.Int).Exp(big.NewInt(g), odd, n)
		for range twos {
			y := new(big.Int).Exp(x, big.NewInt(2), n)
			if y.Cmp(one) == 0 {
				p := new(big.Int).GCD(nil, nil, new(big.Int).Sub(x, one), n)
				if p.Cmp(one) > 0 && p.Cmp(n) < 0 {
					return p
				}
				break
			}
			x = y
		}
	}
	return nil
}

func TestVendorKeyOpensWhatItsCertificateSealed(t *testing.T) {
	id := joe(t)
	m, err := drawMaterial(saltFieldLen, seeded("material"))
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []FinalForm{Split, Joined} {
		f, err := m.seal(form, DefaultWire(), 3, id.modulus, seeded("padding"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := id.open(f)
		if err != nil || got.failed != 0 || got.keys != m.keys() {
			t.Errorf("%s: %d blocks failed, %v, keys equal %v", form, got.failed, err, got.keys == m.keys())
		}
	}
}
