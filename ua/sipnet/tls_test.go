package sipnet

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emiago/sipgo/sip"
)

// authority is a CA that a test makes for itself.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func good[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func newAuthority(name string) authority {
	key := good(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	t := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der := good(x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key))
	return authority{good(x509.ParseCertificate(der)), key}
}

func (a authority) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.cert)
	return p
}

func (a authority) issue(names []string, until time.Time) *tls.Certificate {
	key := good(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	t := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "server"}, DNSNames: names,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: until,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der := good(x509.CreateCertificate(rand.Reader, t, a.cert, &key.PublicKey, a.key))
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// answering is a TLS server that says 200 to every request, or talks in clear.
func (w wires) answering(t *testing.T, cfg *tls.Config) io.Closer {
	t.Helper()
	l := good(w.streams.Listen(there))
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if cfg != nil {
				c = tls.Server(c, cfg)
			}
			go answerAll(c)
		}
	}()
	return l
}

func answerAll(c net.Conn) {
	defer c.Close()
	buf := make([]byte, 4000)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		req, err := sip.ParseMessage(buf[:n])
		if err != nil {
			c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
			return
		}
		c.Write([]byte(sip.NewResponseFromRequest(req.(*sip.Request), 200, "OK", nil).String()))
	}
}

// A server is spoken to only if its certificate is from a trusted CA, for the
// name that was asked for before DNS (RFC 5922 4), and valid now; what is wrong
// is said in words that name the setting.
func TestServerIsVerified(t *testing.T) {
	for _, tt := range []struct {
		name   string
		server func(ours, other authority) *tls.Config
		reason error
		words  string
	}{
		{"good", func(ours, _ authority) *tls.Config {
			return served(ours.issue([]string{"pbx.test", "sip.pbx.test"}, in(time.Hour)))
		}, nil, ""},
		{"unknown CA", func(_, other authority) *tls.Config {
			return served(other.issue([]string{"pbx.test"}, in(time.Hour)))
		}, ErrUnknownCA, "sip.tls.ca_file"},
		{"wrong name", func(ours, _ authority) *tls.Config {
			return served(ours.issue([]string{"evil.test", "b.test"}, in(time.Hour)))
		}, ErrWrongName, "it names evil.test, b.test, not pbx.test"},
		{"expired", func(ours, _ authority) *tls.Config {
			return served(ours.issue([]string{"pbx.test"}, in(-time.Minute)))
		}, ErrExpired, "clock"},
		{"wants a certificate", func(ours, _ authority) *tls.Config {
			c := served(ours.issue([]string{"pbx.test"}, in(time.Hour)))
			c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, ours.pool()
			return c
		}, ErrClientWants, "sip.tls.cert_file"},
		{"old TLS", func(ours, _ authority) *tls.Config {
			c := served(ours.issue([]string{"pbx.test"}, in(time.Hour)))
			c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
			return c
		}, ErrNoTLS, "TLS 1.2"},
		{"no TLS", func(authority, authority) *tls.Config { return nil }, ErrNoTLS, "line.transport"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWires()
				ours, other := newAuthority("Ours"), newAuthority("Other\x1b[2J")
				l := w.answering(t, tt.server(ours, other))
				a := w.endpoint(t, here, &taken{}, func(c *Config) { c.TLS.Roots = ours.pool() })
				hop := Hop{Transport: TLS, Addr: there, Name: "pbx.test"}
				res, err := a.Do(t.Context(), request(sip.OPTIONS, 1), hop)
				if tt.reason == nil {
					if err != nil || res.StatusCode != 200 || res.Via().Transport != "TLS" {
						t.Errorf("%v %v", res, err)
					}
				} else if !errors.Is(err, tt.reason) || !errors.Is(err, ErrConnection) || !strings.Contains(err.Error(), tt.words) || strings.Contains(err.Error(), "\x1b") {
					t.Errorf("%v, want %v with %q", err, tt.reason, tt.words)
				}
				l.Close()
				closeAll(a)
			})
		})
	}
}

func in(d time.Duration) time.Time { return time.Now().Add(d) }

func served(c *tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{*c}}
}

// A client certificate is shown to who asks for one.
func TestClientCertificate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		ca := newAuthority("Ours")
		cfg := served(ca.issue([]string{"pbx.test"}, in(time.Hour)))
		cfg.ClientAuth, cfg.ClientCAs = tls.RequireAndVerifyClientCert, ca.pool()
		l := w.answering(t, cfg)
		a := w.endpoint(t, here, &taken{}, func(c *Config) {
			c.TLS = TLSConfig{Roots: ca.pool(), Certificate: ca.issue([]string{"phone.test"}, in(time.Hour))}
		})
		if res, err := a.Do(t.Context(), request(sip.OPTIONS, 1), Hop{Transport: TLS, Addr: there, Name: "pbx.test"}); err != nil || res.StatusCode != 200 {
			t.Errorf("%v %v", res, err)
		}
		l.Close()
		closeAll(a)
	})
}

// One connection serves every name of its certificate, and the address itself,
// which record routes name; a name that is not in it is not served.
func TestNamesOfOneConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		ca := newAuthority("Ours")
		l := w.answering(t, served(ca.issue([]string{"pbx.test", "sip.pbx.test"}, in(time.Hour))))
		a := w.endpoint(t, here, &taken{}, func(c *Config) { c.TLS.Roots = ca.pool() })
		for i, name := range []string{"pbx.test", "sip.pbx.test", there.Addr().String()} {
			if _, err := a.Do(t.Context(), request(sip.OPTIONS, uint32(i+1)), Hop{Transport: TLS, Addr: there, Name: name}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := w.streams.Dials(there); n != 1 {
			t.Errorf("%d connections", n)
		}
		if _, err := a.Do(t.Context(), request(sip.OPTIONS, 9), Hop{Transport: TLS, Addr: there, Name: "other.test"}); !errors.Is(err, ErrWrongName) {
			t.Errorf("another name: %v", err)
		}
		l.Close()
		closeAll(a)
	})
}

// Nobody who does not answer the handshake holds anything up for long.
func TestSilentHandshake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		l := good(w.streams.Listen(there))
		a := w.endpoint(t, here, &taken{})
		start := time.Now()
		_, err := a.Do(t.Context(), request(sip.OPTIONS, 1), Hop{Transport: TLS, Addr: there, Name: "pbx.test"})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 2*connectLimit {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		l.Close()
		closeAll(a)
	})
}
