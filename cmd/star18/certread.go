package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"star18/securecall"
	"star18/securecall/published"
)

// certMaxFile bounds what is read: ten times what any of these files holds.
const certMaxFile = 64 << 10

// certFile is a file, the standard input or an argument, read whole.
type certFile struct {
	place   string
	lines   bool // it has lines worth counting
	exposed bool // others may read it
	text    string
}

// readCertFile reads a file that a command names.
func readCertFile(argument, path string) (certFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return certFile{}, certRefuse(argument+path, certUnreadable, "cannot be read: "+certReason(err), "correct the path")
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return certFile{}, certRefuse(argument+path, certUnreadable, "cannot be read: "+certReason(err), "correct the path")
	}
	c, err := readCertFrom(f, argument+path)
	c.exposed = runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 // Windows has no such bits
	return c, err
}

func readCertFrom(r io.Reader, place string) (certFile, error) {
	text, err := io.ReadAll(io.LimitReader(r, certMaxFile+1))
	if err != nil {
		return certFile{}, certRefuse(place, certUnreadable, "cannot be read: "+certReason(err), "give a file that can")
	}
	if len(text) > certMaxFile {
		return certFile{}, certRefuse(place, certUnreadable, fmt.Sprintf("has more than %d bytes", certMaxFile), "give the file that holds the value and nothing else")
	}
	return certFile{place: place, lines: true, text: string(text)}, nil
}

// readSecretCertFile refuses a file that others may read too.
func readSecretCertFile(argument, path string) (certFile, error) {
	c, err := readCertFile(argument, path)
	if err == nil {
		err = c.closed(path)
	}
	return c, err
}

// closed is asked of every file that turns out to hold a secret. What is printed
// in the vendor's manual is none, whoever may read the file.
func (c certFile) closed(path string) error {
	if !c.exposed || certPrinted(c.text) {
		return nil
	}
	return certRefuse(c.place, certExposed, "is a secret that others may read", "run: chmod 600 "+certShellWord(path))
}

func certPrinted(text string) bool {
	text = strings.Join(strings.Fields(text), "\n")
	return text == strings.TrimSpace(string(published.CAKey())) || text == strings.TrimSpace(published.PrivateKey())
}

// certShellWord is path as a shell takes it.
func certShellWord(path string) string {
	special := func(r rune) bool { return !certAlphanumeric(r) && !strings.ContainsRune("/._-+:", r) }
	if path != "" && !strings.ContainsFunc(path, special) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

func certAlphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// readCertCA reads the key of a CA, to sign with.
func readCertCA(path string) (*securecall.CAKey, error) {
	c, err := readSecretCertFile("--ca: ", path)
	if err != nil {
		return nil, err
	}
	return c.caKey()
}

func (c certFile) caKey() (*securecall.CAKey, error) {
	key, err := securecall.ParseCAKey([]byte(c.text))
	if err != nil {
		return nil, certRefuse(c.place, certCAKey, err.Error(), "give the file that cert ca or openssl genrsa 1024 wrote")
	}
	return key, nil
}

// certTrust is a CA to verify against, and its modulus as text, with which a
// certificate alone becomes a line's parameter.
type certTrust struct {
	ca      securecall.CA
	modulus string
}

// readCertTrust takes the CA's key, or what needs no secret: a mini-certificate
// whose CA is trusted.
func readCertTrust(path string) (*certTrust, error) {
	c, err := readCertFile("--ca: ", path)
	if err != nil {
		return nil, err
	}
	if p, err := c.pieces().certificate.decode(); err == nil && p.ca != nil {
		return &certTrust{*p.ca, p.text[certAloneChars:]}, nil
	}
	if err := c.closed(path); err != nil {
		return nil, err
	}
	key, err := c.caKey()
	if err != nil {
		return nil, err
	}
	modulus, _, _ := strings.Cut(string(key.FileText()), "\n")
	return &certTrust{key.CA(), modulus}, nil
}
