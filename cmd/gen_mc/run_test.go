package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"star18/securecall"
	"star18/securecall/published"
)

var testNow = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func seeded() *rand.ChaCha8 { return rand.NewChaCha8([32]byte{18}) }

// caFile writes content where gen_mc can be pointed at.
func caFile(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca_key")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func newCA(t *testing.T) *securecall.CAKey {
	t.Helper()
	ca, err := securecall.NewCAKey(seeded())
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func gen(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(args, &out, &errs, testNow, seeded())
	return code, out.String(), errs.String()
}

// The manual's own command line. Oracle: the manual's layout of the output, and
// the certificate's bytes, which the modulus alone may change.
func TestVendorsExample(t *testing.T) {
	code, stdout, stderr := gen(t, caFile(t, published.CAKey()), "Joe Smith", "14085551234", "00:00:00 1/1/34")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	lines := strings.Split(stdout, "\n")
	if len(lines) != 5 || lines[0] != "<Mini Certificate>" || lines[2] != "<SRTP Private Key>" || lines[4] != "" {
		t.Fatalf("output is %q", stdout)
	}
	if len(lines[1]) != 508 || len(lines[3]) != 88 {
		t.Errorf("values of %d and %d characters, want 508 and 88", len(lines[1]), len(lines[3]))
	}
	const subject = 80 // base64 characters of name, user ID and expiry: 60 bytes
	if lines[1][:subject] != published.MiniCertificate()[:subject] {
		t.Error("the certificate does not begin like the vendor's")
	}
	if !strings.Contains(stderr, "RSA-512") || !strings.Contains(stderr, "anyone can issue this name") {
		t.Errorf("stderr says %q", stderr)
	}
	id, err := securecall.NewIdentity(lines[1], lines[3], securecall.UTC, testNow)
	if err != nil || !id.UsesPublishedCA() || id.UserIDWarning("14085551234") != "" {
		t.Errorf("the output is no identity: %v", err)
	}
}

func TestOwnCA(t *testing.T) {
	ca := newCA(t)
	code, stdout, stderr := gen(t, caFile(t, ca.FileText()), "Zoë", "zoe", "2026-02-02")
	lines := strings.Split(stdout, "\n")
	if code != 0 || len(lines) != 5 {
		t.Fatalf("exit %d, %q, %s", code, stdout, stderr)
	}
	id, err := securecall.NewIdentity(lines[1], lines[3], securecall.UTC, testNow)
	if err != nil || id.CA() != ca.CA() || id.Certificate().Name() != "Zoë" {
		t.Errorf("the output is no identity of this CA: %v", err)
	}
	if strings.Contains(stderr, "warning") {
		t.Errorf("a certificate for more than 30 days is warned about: %s", stderr)
	}
}

func TestExpiryWarning(t *testing.T) {
	ca := caFile(t, newCA(t).FileText())
	for expiry, want := range map[string]string{
		"2026-02-01":          "expires in 29 days, at 2026-02-01 00:00:00 UTC",
		"03:04:05 2/1/26":     "expires in 30 days",
		"03:04:06 1/2/26":     "expires in 0 days",
		"2026-02-01T03:04:06": "",
	} {
		code, _, stderr := gen(t, ca, "x", "1", expiry)
		if code != 0 || !strings.Contains(stderr, want) || (want == "") == strings.Contains(stderr, "warning") {
			t.Errorf("%s: exit %d, %q", expiry, code, stderr)
		}
	}
}

// Each fault names the argument and what to do; nothing reaches stdout.
func TestFaults(t *testing.T) {
	good := caFile(t, published.CAKey())
	empty := caFile(t, nil)
	for name, tc := range map[string]struct {
		args []string
		code int
		says []string
	}{
		"no arguments":  {nil, 2, []string{"0 arguments", "usage:"}},
		"unquoted name": {[]string{good, "Joe", "Smith", "14085551234", "000000010134"}, 2, []string{"5 arguments", "quote"}},
		"help alone":    {[]string{"-x"}, 2, []string{"usage:"}},
		"no CA file":    {[]string{good + "x", "Joe", "1", "000000010134"}, 1, []string{"CA-KEY", "no such file"}},
		"empty CA file": {[]string{empty, "Joe", "1", "000000010134"}, 1, []string{"CA-KEY", "0 lines", "star18 cert ca"}},
		"empty name":    {[]string{good, "", "1", "000000010134"}, 1, []string{"NAME", "1 to 32"}},
		"long name":     {[]string{good, strings.Repeat("x", 33), "1", "000000010134"}, 1, []string{"NAME", "shorten"}},
		"long user ID":  {[]string{good, "Joe", strings.Repeat("1", 17), "000000010134"}, 1, []string{"USER-ID", "1 to 16"}},
		"URI":           {[]string{good, "Joe", "joe smith@x", "000000010134"}, 1, []string{"USER-ID", "without @"}},
		"no date":       {[]string{good, "Joe", "1", "tomorrow"}, 1, []string{"EXPIRY", "HH:MM:SS M/D/YY"}},
		"impossible":    {[]string{good, "Joe", "1", "00:00:00 2/30/34"}, 1, []string{"EXPIRY", "no time of any calendar"}},
		"past":          {[]string{good, "Joe", "1", "000000010125"}, 1, []string{"EXPIRY", "is past", "future"}},
		"this second":   {[]string{good, "Joe", "1", "03:04:05 1/2/26"}, 1, []string{"EXPIRY", "is past"}},
	} {
		code, stdout, stderr := gen(t, tc.args...)
		if code != tc.code || stdout != "" {
			t.Errorf("%s: exit %d, stdout %q", name, code, stdout)
		}
		for _, want := range tc.says {
			if !strings.Contains(stderr, want) {
				t.Errorf("%s: stderr %q does not say %q", name, stderr, want)
			}
		}
	}
}

func TestHelp(t *testing.T) {
	for _, flag := range []string{"-h", "--help"} {
		if code, stdout, stderr := gen(t, flag); code != 0 || stdout != usage || stderr != "" {
			t.Errorf("%s: exit %d, %q, %q", flag, code, stdout, stderr)
		}
	}
}

type broken struct{}

var errBroken = errors.New("broken pipe")

func (broken) Read([]byte) (int, error)  { return 0, errBroken }
func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestWorldThatFails(t *testing.T) {
	args := []string{caFile(t, published.CAKey()), "Joe", "1", "000000010134"}
	var out, errs bytes.Buffer
	if code := run(args, broken{}, &errs, testNow, seeded()); code != 1 || !strings.Contains(errs.String(), "broken pipe") {
		t.Errorf("stdout is gone: exit %d, %s", code, errs.String())
	}
	errs.Reset()
	if code := run(args, &out, &errs, testNow, broken{}); code != 1 || out.Len() != 0 {
		t.Errorf("no randomness: exit %d, %q", code, out.String())
	}
}

// Oracle: the CA's and the new line's secrets, searched for on stderr.
func TestNoSecretOnStderr(t *testing.T) {
	ca := newCA(t)
	_, stdout, stderr := gen(t, caFile(t, ca.FileText()), "Joe", "1", "000000010134")
	secrets := append(strings.Fields(string(ca.FileText()))[1:], strings.Split(stdout, "\n")[3])
	for _, secret := range secrets {
		if len(secret) < 88 || strings.Contains(stderr, secret[:16]) {
			t.Errorf("stderr: %s", stderr)
		}
	}
}
