package securecall

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"

	"star18/securecall/published"
)

func pemBlock(kind string, der []byte, headers map[string]string) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der, Headers: headers}))
}

// Oracle: a key of crypto/rsa, written by crypto/x509, signs what a verifier
// with its modulus accepts.
func TestCAKeyFromPEM(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"pkcs1":      pemBlock("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key), nil),
		"pkcs8":      pemBlock("PRIVATE KEY", pkcs8, nil),
		"with text":  "Private-Key: (1024 bit)\n" + pemBlock("PRIVATE KEY", pkcs8, nil),
		"two lines":  lines(key.N.Bytes(), key.D.Bytes()),
		"CRLF":       strings.ReplaceAll(lines(key.N.Bytes(), key.D.Bytes()), "\n", "\r\n"),
		"no newline": strings.TrimSpace(lines(key.N.Bytes(), key.D.Bytes())),
		"sign byte":  lines(append([]byte{0}, key.N.Bytes()...), append([]byte{0}, key.D.Bytes()...)),
	} {
		ca, err := ParseCAKey([]byte(file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		c, err := ca.sign(Request{Name: "x", UserID: "1"}, make([]byte, blockLen))
		if err != nil || !c.signedBy(CA{[caLen]byte(key.N.Bytes())}) {
			t.Errorf("%s: signature does not verify: %v", name, err)
		}
		if again, err := ParseCAKey(ca.FileText()); err != nil || again.CA() != ca.CA() {
			t.Errorf("%s: its own text is not read again: %v", name, err)
		}
	}
}

func lines(modulus, d []byte) string {
	return base64.StdEncoding.EncodeToString(modulus) + "\n" + base64.StdEncoding.EncodeToString(d) + "\n"
}

func TestCAKeyRefusals(t *testing.T) {
	big2048, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := x509.MarshalPKCS8PrivateKey(curve)
	if err != nil {
		t.Fatal(err)
	}
	good := strings.Fields(string(published.CAKey()))
	n, _ := base64.StdEncoding.DecodeString(good[0])
	d, _ := base64.StdEncoding.DecodeString(good[1])
	other := new(big.Int).Add(new(big.Int).SetBytes(d), big.NewInt(2)).Bytes()
	for name, tc := range map[string]struct{ file, says string }{
		"empty":         {"", "0 lines"},
		"one line":      {good[0] + "\n", "1 lines"},
		"three lines":   {good[0] + "\n" + good[1] + "\nx\n", "3 lines"},
		"bad modulus":   {"!" + good[0] + "\n" + good[1], "first line"},
		"bad exponent":  {good[0] + "\n!" + good[1], "second line"},
		"swapped":       {good[1] + "\n" + good[0], "does not belong"},
		"wrong d":       {lines(n, other), "does not belong"},
		"no d":          {lines(n, []byte{0}), "private exponent has 0 bytes"},
		"long d":        {lines(n, append([]byte{1}, d...)), "private exponent has 129 bytes"},
		"short modulus": {lines(n[1:], d), "exactly 1024 bits"},
		"even modulus":  {lines(change(n, caLen-1, 0xfe), d), "exactly 1024 bits"},
		"2048 bits":     {pemBlock("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(big2048), nil), "exactly 1024 bits"},
		"not RSA":       {pemBlock("PRIVATE KEY", ec, nil), "not RSA"},
		"public":        {pemBlock("PUBLIC KEY", []byte{1}, nil), "PUBLIC KEY"},
		"encrypted":     {pemBlock("RSA PRIVATE KEY", []byte{1}, map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"}), "encrypted"},
		"encrypted 8":   {pemBlock("ENCRYPTED PRIVATE KEY", []byte{1}, nil), "not an unencrypted private key"},
		"cut DER":       {pemBlock("RSA PRIVATE KEY", []byte{0x30, 3}, nil), "does not parse"},
	} {
		_, err := ParseCAKey([]byte(tc.file))
		if !errors.Is(err, ErrCAKey) || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v, want a refusal that says %q", name, err, tc.says)
		}
		for _, secret := range []string{good[1], string(d)} {
			if err != nil && strings.Contains(err.Error(), secret[:12]) {
				t.Errorf("%s: the refusal shows the key: %v", name, err)
			}
		}
	}
}

func TestPublishedCAIsKnown(t *testing.T) {
	_, ca := vendorCertificate(t)
	if !ca.IsPublished() || !joe(t).UsesPublishedCA() {
		t.Error("the CA from the manual is not recognised")
	}
	key, err := privateCA()
	if err != nil {
		t.Fatal(err)
	}
	if key.CA().IsPublished() || bob(t).UsesPublishedCA() {
		t.Error("a CA of our own passes for the published one")
	}
	if key.CA().Fingerprint() == ca.Fingerprint() || key.CA().String() == ca.String() {
		t.Error("two CAs have one fingerprint")
	}
}
