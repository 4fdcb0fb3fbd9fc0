package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pems writes a certificate and its key, and returns the folder.
func pems(t *testing.T, name string, dir string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, name+".pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	put(t, filepath.Join(dir, name+".key"), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: secret}))
}

func put(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTLSFiles(t *testing.T) {
	dir := t.TempDir()
	pems(t, "one", dir)
	pems(t, "two", dir)
	put(t, filepath.Join(dir, "empty.pem"), nil)
	pems(t, "open", dir)
	if err := os.Chmod(filepath.Join(dir, "open.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ tls, want string }{
		{"ca_file: one.pem, cert_file: two.pem, key_file: two.key", ""},
		{"ca_file: gone.pem", "sip.tls.ca_file: " + dir + "/gone.pem cannot be read: no such file"},
		{"ca_file: empty.pem", "sip.tls.ca_file: " + dir + "/empty.pem holds no certificate; write certificates in PEM"},
		{"cert_file: one.pem, key_file: two.key", "sip.tls.cert_file: and sip.tls.key_file do not work together: private key does not match"},
		{"cert_file: open.pem, key_file: open.key", "sip.tls.key_file: " + dir + "/open.key may be read by others; run: chmod 600"},
	} {
		path := filepath.Join(dir, "config.yaml")
		put(t, path, []byte("line: {user: a, domain: b.test, transport: tls}\nsip: {tls: {"+tt.tls+"}}\n"))
		l, err := Load(Options{Path: path})
		if tt.want != "" {
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s\n got %v\nwant %s", tt.tls, err, tt.want)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		c, err := l.Line(time.Now())
		if err != nil || c.Transport != "tls" || c.TLS.Roots == nil || c.TLS.Certificate == nil {
			t.Errorf("%+v %v", c.TLS, err)
		}
	}
}
