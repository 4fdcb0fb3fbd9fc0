package main

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"star18/securecall/published"
)

// certNow is before the vendor's example expires, on 2034-01-01.
var certNow = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func certApp() (*app, *bytes.Buffer, *bytes.Buffer) {
	var out, errs bytes.Buffer
	return &app{out: &out, err: &errs}, &out, &errs
}

func certTestFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// onlyGiven is a command line with these flags.
func onlyGiven(flags ...string) func(string) bool {
	return func(flag string) bool { return strings.Contains(" "+strings.Join(flags, " ")+" ", " "+flag+" ") }
}

func vendorOrder(t *testing.T, expires string) certOrder {
	t.Helper()
	return certOrder{
		ca: certTestFile(t, "ca_key", string(published.CAKey())), name: "Joe Smith", userID: "14085551234",
		expires: expires, dir: t.TempDir(), line: 1,
	}
}

// wantText: every line of want begins with a heading, which is followed by the
// rest of the line.
func wantText(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), w) {
			t.Errorf("%q is not said in:\n%s", w, text)
		}
	}
}

// Oracle: the vendor's manual: Joe Smith, 14085551234, 00:00:00 1/1/34.
func TestVendorsCertificateIsShown(t *testing.T) {
	a, out, _ := certApp()
	if err := a.showCert(published.MiniCertificate(), nil, certNow); err != nil {
		t.Fatal(err)
	}
	wantText(t, out.String(), "508 base64 characters", "name Joe Smith", "user ID 14085551234",
		"expires 2034-01-01 00:00:00 UTC, in 2920 days", "modulus RSA, 512 bits",
		"CA a2b5a6c46648991f09235bb03377c58b27905d8abef9e970f314f1286071ebfc, the example that the vendor's manual publishes",
		"signature valid", "RSA-512 and SHA-1 are weak", "warning published CA key: anyone can issue this name")
}

// Oracle: the same, and that the vendor's four values belong together.
func TestVendorsCertificateIsVerified(t *testing.T) {
	a, out, _ := certApp()
	ok, err := a.verifyCert(published.MiniCertificate(), certQuestion{
		ca: certTestFile(t, "ca_key", string(published.CAKey())), userID: "14085551234",
		key: certTestFile(t, "key", published.PrivateKey()), given: onlyGiven("ca", "user-id", "private-key"),
	}, nil, certNow)
	if !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	wantText(t, out.String(), "verify: all 7 checks hold", "warning published CA key: anyone can issue this name", "RSA-512")
}

// Oracle: the vendor's certificate up to its modulus, which alone is random.
func TestVendorsCertificateIsIssued(t *testing.T) {
	a, out, _ := certApp()
	o := vendorOrder(t, "00:00:00 1/1/34")
	if err := a.issueCert(o, certNow, rand.NewChaCha8([32]byte{1})); err != nil {
		t.Fatal(err)
	}
	wantText(t, out.String(), `issued "Joe Smith", user ID 14085551234, until 2034-01-01 00:00:00 UTC (in 2920 days)`,
		"warning published CA key: anyone can issue this name; make a CA of your own", "RSA-512")
	text, err := os.ReadFile(filepath.Join(o.dir, "14085551234.mc"))
	const subject = 80 // base64 characters of name, user ID and expiry: 60 bytes
	if err != nil || string(text[:subject]) != published.MiniCertificate()[:subject] {
		t.Errorf("%v, %s", err, text)
	}
}

// gen_mc itself is built and run. Oracle: its output, redirected or piped, is an
// identity whose every check holds.
func TestGenMCsOutputIsVerified(t *testing.T) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go tool")
	}
	genMC := filepath.Join(t.TempDir(), "gen_mc")
	if text, err := exec.Command(goTool, "build", "-o", genMC, "star18/cmd/gen_mc").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	ca := certTestFile(t, "ca_key", string(published.CAKey()))
	text, err := exec.Command(genMC, ca, "Joe Smith", "14085551234", "00:00:00 1/1/99").Output()
	if err != nil {
		t.Fatal(err)
	}
	file := certTestFile(t, "joe", string(text))
	for argument, stdin := range map[string]io.Reader{file: nil, "-": bytes.NewReader(text)} {
		a, out, _ := certApp()
		ok, err := a.verifyCert(argument, certQuestion{ca: ca, userID: "14085551234", given: onlyGiven("user-id")}, stdin, certNow)
		if !ok || err != nil {
			t.Errorf("%s: %v\n%s", argument, err, out)
		}
		wantText(t, out.String(), "passed private key belongs", "all 7 checks hold")
	}
}

// Oracle: a certificate is valid strictly before its second, a warning begins
// 30 days before it.
func TestExpiryInWords(t *testing.T) {
	vendorsEnd := time.Date(2034, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		before time.Duration
		ok     bool
		words  string
		warns  bool
	}{
		{30*certDay + time.Second, true, "in 30 days", false},
		{30 * certDay, true, "in 30 days", true},
		{certDay, true, "in 1 day", true},
		{time.Second, true, "in less than a day", true},
		{0, false, "expired less than a day ago", false},
		{-certDay, false, "expired 1 day ago", false},
		{-400 * certDay, false, "expired 400 days ago", false},
	} {
		a, out, _ := certApp()
		ok, err := a.verifyCert(published.MiniCertificate(), certQuestion{given: onlyGiven()}, nil, vendorsEnd.Add(-tt.before))
		if ok != tt.ok || err != nil {
			t.Errorf("%v before: %v, %v", tt.before, ok, err)
		}
		wantText(t, out.String(), "UTC, "+tt.words)
		if strings.Contains(out.String(), "this certificate expires") != tt.warns {
			t.Errorf("%v before:\n%s", tt.before, out)
		}
	}
}

// Oracle: the second that is refused and the one that is not are neighbours.
func TestPastExpiryIsNotIssued(t *testing.T) {
	for expires, want := range map[string]error{
		"03:04:05 1/2/26": certPast, "2026-01-02T03:04:05Z": certPast, "030405010226": certPast, "2026-01-02": certPast,
		"03:04:06 1/2/26": nil, "2026-01-02T03:04:06Z": nil, "030406010226": nil, "2026-01-03": nil,
		"tomorrow": certExpiry, "00:00:00 2/30/34": certExpiry,
	} {
		a, out, _ := certApp()
		err := a.issueCert(vendorOrder(t, expires), certNow, rand.NewChaCha8([32]byte{1}))
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", expires, err, want)
		}
		if want == nil {
			wantText(t, out.String(), "warning this certificate expires")
		}
	}
}

// A character device stands for a terminal, which the operating system's null
// device is as well.
func TestPrivateKeyOnATerminal(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	plain, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	for _, tt := range []struct {
		out      io.Writer
		terminal bool
	}{{null, true}, {plain, false}, {io.Discard, false}} {
		var errs bytes.Buffer
		o := vendorOrder(t, "2034-01-01")
		o.out, o.dir = "-", ""
		if err := (&app{out: tt.out, err: &errs}).issueCert(o, certNow, rand.NewChaCha8([32]byte{1})); err != nil {
			t.Fatal(err)
		}
		wantText(t, errs.String(), "the last value on standard output is a private key")
		if strings.Contains(errs.String(), "on this terminal") != tt.terminal {
			t.Errorf("terminal %v: %s", tt.terminal, &errs)
		}
	}
}

type brokenWorld struct{}

var errBrokenWorld = errors.New("broken pipe")

func (brokenWorld) Read([]byte) (int, error)  { return 0, errBrokenWorld }
func (brokenWorld) Write([]byte) (int, error) { return 0, errBrokenWorld }

func TestCertInAWorldThatFails(t *testing.T) {
	a, out, _ := certApp()
	o := vendorOrder(t, "2034-01-01")
	if err := a.issueCert(o, certNow, brokenWorld{}); !errors.Is(err, errBrokenWorld) {
		t.Errorf("no randomness: %v", err)
	}
	if left, _ := os.ReadDir(o.dir); len(left) != 0 || out.Len() != 0 {
		t.Errorf("without a key there is %v, %q", left, out)
	}
	o.out, o.dir = "-", ""
	err := (&app{out: brokenWorld{}, err: io.Discard}).issueCert(o, certNow, rand.NewChaCha8([32]byte{1}))
	if !errors.Is(err, certUnwritable) {
		t.Errorf("stdout is gone: %v", err)
	}
	if err := a.showCert("-", brokenWorld{}, certNow); !errors.Is(err, certUnreadable) {
		t.Errorf("stdin is gone: %v", err)
	}
}

// Oracle: the two secrets, searched for in all that is said about them.
func TestNoSecretIsSaid(t *testing.T) {
	for _, json := range []bool{false, true} {
		a, out, errs := certApp()
		a.flags.json = json
		o := vendorOrder(t, "2034-01-01")
		if err := a.issueCert(o, certNow, rand.NewChaCha8([32]byte{1})); err != nil {
			t.Fatal(err)
		}
		keyFile := filepath.Join(o.dir, "14085551234.key")
		key, err := os.ReadFile(keyFile)
		if err != nil {
			t.Fatal(err)
		}
		question := certQuestion{ca: o.ca, key: keyFile, given: onlyGiven()}
		if ok, err := a.verifyCert(filepath.Join(o.dir, "14085551234.mc"), question, nil, certNow); !ok || err != nil {
			t.Error(err)
		}
		for _, argument := range []string{string(key), strings.Fields(string(published.CAKey()))[1], keyFile, o.ca} {
			err := a.showCert(argument, nil, certNow)
			if err == nil {
				t.Error("a secret is shown as a certificate")
				continue
			}
			errs.WriteString(err.Error())
		}
		for _, secret := range []string{string(key), strings.Fields(string(published.CAKey()))[1]} {
			if said := out.String() + errs.String(); strings.Contains(said, secret[:16]) || strings.Contains(said, secret[20:36]) {
				t.Errorf("a secret is said:\n%s", said)
			}
		}
	}
}
