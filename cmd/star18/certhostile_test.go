package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"star18/securecall"
	"star18/securecall/published"
)

// vectorCertificate is the certificate of one of securecall's Hello vectors,
// under the CA from the manual, with which all that are signed are signed.
func vectorCertificate(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "securecall", "testdata", "vectors", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(content), "\n\n")
	hello := certBytes(t, body)
	return append(hello[12:264:264], certBytes(t, published.MiniCertificate())[252:]...)
}

func certBytes(t testing.TB, text string) []byte {
	t.Helper()
	b, err := securecall.DecodeBody([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Oracle: each vector says what is wrong with it; only the check of that name
// fails, since all but the forged ones have a good signature.
func TestEachCheckFailsByItself(t *testing.T) {
	for vector, tt := range map[string]struct{ check, shows string }{
		"hello-forged-name":       {"signature", "signature NOT VALID"},
		"hello-forged-signature":  {"signature", "signature NOT VALID"},
		"hello-expired":           {"expiry", "UTC, expired less than a day ago"},
		"hello-impossible-date":   {"expiry", `expires "000000023034", which is no date`},
		"hello-expiry-letters":    {"expiry", `expires "never ever! ", which is no date`},
		"hello-even-modulus":      {"modulus", "modulus RSA, 512 bits, NOT an odd number of exactly 512 bits"},
		"hello-short-modulus":     {"modulus", "modulus RSA, 511 bits, NOT"},
		"hello-tiny-modulus":      {"modulus", "modulus RSA, 4 bits, NOT"},
		"hello-hidden-number":     {"user ID", "user ID 14085551234"},
		"hello-16-digit-number":   {"", "user ID 1234567890123456"},
		"hello-32-character-name": {"", "name xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
		"hello-name-of-controls":  {"", "signature valid"},
	} {
		parameter := string(securecall.EncodeBody(vectorCertificate(t, vector)))
		a, shown, _ := certApp()
		if err := a.showCert(parameter, nil, certNow); err != nil {
			t.Errorf("%s: %v", vector, err)
		}
		wantText(t, shown.String(), tt.shows)
		a, out, _ := certApp()
		ok, err := a.verifyCert(parameter, certQuestion{given: onlyGiven()}, nil, certNow)
		if err != nil || ok != (tt.check == "") {
			t.Errorf("%s: %v, %v", vector, ok, err)
		}
		if tt.check != "" {
			wantText(t, out.String(), "FAILED "+tt.check, "fix: ", "1 of 5 checks FAILED")
		}
		if text := shown.String() + out.String(); strings.ContainsAny(text, "\x1b\x07\x00") {
			t.Errorf("%s: gives orders to a terminal: %q", vector, text)
		}
	}
}

// Oracle: a parameter has 508 characters or 336, and no others; only the = at
// the end may be missing.
func TestEveryPrefixIsRefused(t *testing.T) {
	whole := strings.TrimRight(published.MiniCertificate(), "=\n")
	for n := range whole {
		p, err := certPiece{text: whole[:n]}.decode()
		if n == certAloneChars {
			if err != nil || p.ca != nil {
				t.Errorf("the certificate alone: %v", err)
			}
			continue
		}
		var fault *certFault
		if !errors.As(err, &fault) || fault.fix == "" {
			t.Errorf("%d characters: %v", n, err)
		}
	}
}

// Oracle: the vendor's key belongs to the vendor's certificate, also where it
// stands alone and the CA comes from elsewhere; no other text is that key.
func TestKeyOfACertificateAlone(t *testing.T) {
	alone := strings.TrimSpace(published.MiniCertificate())[:certAloneChars]
	ca := certTestFile(t, "ca_key", string(published.CAKey()))
	for key, want := range map[string]string{
		published.PrivateKey():     "passed private key belongs",
		"AAAA":                     "FAILED private key the SRTP private key does not belong",
		strings.Repeat("AAAA", 30): "FAILED private key the SRTP private key must be 88",
		" ":                        "FAILED private key",
		certLabel + "\n" + alone + "\n" + certKeyLabel: "FAILED private key",
	} {
		a, out, _ := certApp()
		question := certQuestion{ca: ca, key: certTestFile(t, "key", key), given: onlyGiven()}
		if _, err := a.verifyCert(alone, question, nil, certNow); err != nil {
			t.Error(err)
		}
		wantText(t, out.String(), "skipped CA", "passed signature", want)
	}
}

// Oracle: whatever a file holds, it is a certificate or a fault with a place
// and a fix, nothing panics, and nothing gives orders to a terminal.
func FuzzCertFile(f *testing.F) {
	f.Add([]byte(published.MiniCertificate()))
	f.Add([]byte(certLabel + "\n" + published.MiniCertificate() + certKeyLabel + "\n" + published.PrivateKey()))
	f.Add(published.CAKey())
	f.Add([]byte(strings.TrimSpace(published.MiniCertificate())[:certAloneChars]))
	f.Add([]byte("\n\n" + certKeyLabel + "\r\n" + certLabel + "\r\n\x1b"))
	for _, vector := range []string{"hello-vendor", "hello-name-of-controls", "hello-expiry-letters", "hello-no-certificate"} {
		f.Add(securecall.EncodeBody(vectorCertificate(f, vector)))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		pieces := certFile{place: "file", lines: true, text: string(text)}.pieces()
		a, out, _ := certApp()
		if err := a.showCert("-", bytes.NewReader(text), certNow); err != nil {
			var fault *certFault
			if !errors.As(err, &fault) || fault.fix == "" || !strings.HasPrefix(fault.place, "standard input:") {
				t.Fatal(err)
			}
			out.WriteString(err.Error())
		}
		e := certEvidence{piece: pieces.certificate, key: &pieces.privateKey.text, now: certNow}
		report := e.verify()
		if len(report.checks) != 6 {
			t.Fatalf("%d checks", len(report.checks))
		}
		report.tell(out)
		if i := strings.IndexFunc(out.String(), func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f }); i >= 0 {
			t.Fatalf("%q is not safe to print", out)
		}
	})
}
