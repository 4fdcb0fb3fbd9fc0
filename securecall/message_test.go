package securecall

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// Oracle: section 2, "strip all white space, accept missing =; anything else
// that is not base64 is refused".
func TestDecodeBody(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "",
		" \r\n":                    "",
		"AAEC":                     "000102",
		"AAE=":                     "0001",
		"AAE":                      "0001",
		"AA==":                     "00",
		"AA=":                      "00",
		"AA":                       "00",
		"A A\r\nE C\t\v\f":         "000102",
		"AA E\n=\n":                "0001",
		"+/+/":                     "fbffbf",
		"A":                        "refused",
		"AAECA":                    "refused",
		"AAEC=":                    "refused",
		"AAE==":                    "refused",
		"AA===":                    "refused",
		"=":                        "refused",
		"AA=E":                     "refused",
		"AA==AA==":                 "refused",
		"-_-_":                     "refused", // the URL alphabet
		"AAE\x00":                  "refused",
		"AAE\u00a0":                "refused",
		"AAE\xff":                  "refused",
		"Signal=5\r\nDuration=160": "refused",
	} {
		got, err := DecodeBody([]byte(in))
		switch {
		case want == "refused" && !errors.Is(err, NotBase64):
			t.Errorf("%q: %x, %v; want not_base64", in, got, err)
		case want != "refused" && (err != nil || hex.EncodeToString(got) != want):
			t.Errorf("%q: %x, %v; want %s", in, got, err, want)
		}
	}
}

func TestBodyRoundTrip(t *testing.T) {
	for n := range 400 {
		msg := bytes.Repeat([]byte{byte(n)}, n)
		body := EncodeBody(msg)
		if bytes.ContainsAny(body, " \r\n") || len(body)%4 != 0 {
			t.Fatalf("%d bytes: body %q is not one padded line", n, body)
		}
		if got, err := DecodeBody(body); err != nil || !bytes.Equal(got, msg) {
			t.Fatalf("%d bytes: %v", n, err)
		}
	}
}

// Oracle: the layout of section 3, written out by hand.
func TestHelloLayout(t *testing.T) {
	c, _ := vendorCertificate(t)
	h := Hello{ID: 1, Version: 0x00010000, SSRC: 0x12345678, Certificate: c}
	want := append([]byte{0, 0, 0, 1, 0, 1, 0, 0, 0x12, 0x34, 0x56, 0x78}, c[:]...)
	if !bytes.Equal(h.Bytes(), want) || len(EncodeBody(want)) != 352 {
		t.Errorf("hello is %x", h.Bytes())
	}
	for _, msg := range [][]byte{want, append(bytes.Clone(want), make([]byte, 128)...)} {
		if got, err := ParseHello(msg); err != nil || got != h {
			t.Errorf("%d bytes: %v", len(msg), err)
		}
	}
}

func TestFinalLayout(t *testing.T) {
	key, salt := [64]byte(bytes.Repeat([]byte{0xaa}, 64)), [64]byte(bytes.Repeat([]byte{0xbb}, 64))
	joined := "00000003" + strings.Repeat("aa", 64)
	for want, f := range map[string]Final{
		joined:                            {ID: 3, Key: key},
		joined + strings.Repeat("bb", 64): {ID: 3, Key: key, Salt: &salt},
	} {
		msg := f.Bytes()
		if hex.EncodeToString(msg) != want {
			t.Errorf("%s final is %x", f.Form(), msg)
		}
		got, err := ParseFinal(msg)
		if err != nil || got.ID != f.ID || got.Key != f.Key || got.Form() != f.Form() || got.Salt != nil && *got.Salt != salt {
			t.Errorf("%s final read as %+v, %v", f.Form(), got, err)
		}
	}
}

// Oracle: 264 and 392, 132 and 68 are the only lengths there are.
func TestEveryOtherLengthIsRefused(t *testing.T) {
	for n := range 600 {
		msg := make([]byte, n)
		if _, err := ParseHello(msg); (n == 264 || n == 392) != (err == nil) || err != nil && !errors.Is(err, BadLength) {
			t.Errorf("hello of %d bytes: %v", n, err)
		}
		if _, err := ParseFinal(msg); (n == 132 || n == 68) != (err == nil) || err != nil && !errors.Is(err, BadLength) {
			t.Errorf("final of %d bytes: %v", n, err)
		}
	}
}
