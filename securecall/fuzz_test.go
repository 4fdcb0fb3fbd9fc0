package securecall

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"star18/securecall/published"
)

// The oracle of this file: no input panics, what was accepted encodes to what
// it was, and what was refused has a reason of ours. Seeds are the vectors.

func seedBodies(f *testing.F) {
	paths, err := filepath.Glob("testdata/vectors/*.txt")
	if err != nil || len(paths) == 0 {
		f.Fatal("no vectors", err)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		_, body, _ := strings.Cut(string(content), "\n\n")
		f.Add([]byte(body))
	}
}

func seedMessages(f *testing.F) {
	for _, set := range []map[string]vector{helloVectors(), finalVectors()} {
		for _, v := range set {
			if msg, err := DecodeBody([]byte(v.body)); err == nil {
				f.Add(msg)
			}
		}
	}
}

func FuzzBody(f *testing.F) {
	seedBodies(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		msg, err := DecodeBody(body)
		if err != nil {
			if !errors.Is(err, NotBase64) {
				t.Fatal(err)
			}
			return
		}
		if again, err := DecodeBody(EncodeBody(msg)); err != nil || !bytes.Equal(again, msg) {
			t.Fatalf("%x encodes to something else: %x, %v", msg, again, err)
		}
	})
}

func FuzzHello(f *testing.F) {
	seedMessages(f)
	f.Fuzz(func(t *testing.T, msg []byte) {
		h, err := ParseHello(msg)
		if (err == nil) != isHelloLen(len(msg)) || err != nil && !errors.Is(err, BadLength) {
			t.Fatalf("%d bytes: %v", len(msg), err)
		}
		if err == nil && !bytes.Equal(h.Bytes(), msg[:helloLen]) {
			t.Fatal("a hello encodes to something else")
		}
	})
}

// A Final is also opened, by the constant-time reading and by the plain one.
func FuzzFinal(f *testing.F) {
	seedMessages(f)
	id := joe(f)
	f.Fuzz(func(t *testing.T, msg []byte) {
		final, err := ParseFinal(msg)
		if (err == nil) != isFinalLen(len(msg)) || err != nil && !errors.Is(err, BadLength) {
			t.Fatalf("%d bytes: %v", len(msg), err)
		}
		if err != nil {
			return
		}
		if !bytes.Equal(final.Bytes(), msg) {
			t.Fatal("a final encodes to something else")
		}
		if _, err := id.open(final); err != nil && !errors.Is(err, errTooLarge) {
			t.Fatal(err)
		}
		for _, n := range fieldLengths {
			compareWithPlain(t, final.Key[:], n.long, n.short)
		}
	})
}

func FuzzCertificate(f *testing.F) {
	seedMessages(f)
	good, ca := vendorCertificate(f)
	f.Add(good[:])
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ParseMiniCertificate(b)
		if err != nil {
			if len(b) == certLen || !errors.Is(err, BadLength) {
				t.Fatal(err)
			}
			return
		}
		for _, text := range []string{c.Name(), c.UserID(), c.Expiry().String(), c.String()} {
			if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Fatalf("%q is not safe to print", text)
			}
		}
		if err := c.Verify(ca, testNow, UTC); err == nil && c != good && !knownSigned[c] {
			t.Fatal("a forged certificate verifies")
		}
	})
}

// knownSigned are the certificates that the vectors sign with the CA key from
// the manual: the only good ones that a fuzzer can know.
var knownSigned = func() map[MiniCertificate]bool {
	known := map[MiniCertificate]bool{}
	for _, v := range helloVectors() {
		if msg, err := DecodeBody([]byte(v.body)); err == nil && isHelloLen(len(msg)) {
			known[MiniCertificate(msg[helloHeader:helloLen])] = true
		}
	}
	return known
}()

func FuzzParameters(f *testing.F) {
	f.Add(published.MiniCertificate(), published.PrivateKey(), published.CAKey())
	f.Add("", "", []byte("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"))
	f.Add(published.PrivateKey(), published.MiniCertificate(), []byte(published.MiniCertificate()))
	f.Fuzz(func(t *testing.T, mc, pk string, ca []byte) {
		id, err := NewIdentity(mc, pk, UTC, testNow)
		if fault := Fault(""); err != nil && !errors.As(err, &fault) {
			t.Fatalf("no fault is named: %v", err)
		}
		if err == nil && encodeMiniCertificate(id.certificate, id.ca) != trimmed(published.MiniCertificate()) {
			t.Fatal("an identity out of nothing")
		}
		if key, err := ParseCAKey(ca); err == nil {
			if again, err := ParseCAKey(key.FileText()); err != nil || again.CA() != key.CA() {
				t.Fatalf("a CA key encodes to something else: %v", err)
			}
		} else if !errors.Is(err, ErrCAKey) {
			t.Fatal(err)
		}
	})
}

// Whatever arrives, in whatever order, a callee answers with 200, 415 or 488,
// gives keys at most once and reaches RSA at most twice.
func FuzzCallee(f *testing.F) {
	seedBodies(f)
	id := joe(f)
	hello := EncodeBody(hello(0x22222222, joeBytes()))
	f.Fuzz(func(t *testing.T, body []byte) {
		callee := NewCallee(CalleeConfig{Identity: id, Service: true, Wire: DefaultWire(), Replay: NewMemoryReplay(), Now: clock, Rand: seeded("fuzz")})
		keys := 0
		for _, b := range [][]byte{body, hello, body, append([]byte("AAAA"), body...), body} {
			a := callee.Receive("application/x-sipura", b, atCallee)
			if a.Status != 200 && a.Status != 415 && a.Status != 488 || (a.Status == 200) != (a.Refusal == nil) {
				t.Fatalf("answered %+v", a)
			}
			if a.Keys != nil {
				keys++
			}
		}
		if keys > 1 || callee.opened > maxOpened {
			t.Fatalf("keys %d times, RSA %d times", keys, callee.opened)
		}
	})
}

func FuzzCaller(f *testing.F) {
	seedBodies(f)
	id := joe(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		caller, refusal := NewCaller(CallerConfig{Identity: id, Wire: DefaultWire(), ExpectUserID: "14085551234", Now: clock, Rand: seeded("fuzz")})
		if refusal != nil {
			t.Fatal(refusal)
		}
		caller.Hello(aliceSSRC)
		final, keys, _, refusal := caller.HelloAnswered(200, "", body, atCaller)
		if (refusal == nil) != (final != nil) || (refusal == nil) != (keys != Keys{}) {
			t.Fatalf("final %v, refusal %v", final != nil, refusal)
		}
	})
}
