package sipnet

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// The comparable reasons for which a TLS server is not spoken to.
var (
	ErrUnknownCA   = errors.New("the server's certificate comes from a CA that is not trusted: name the CA's certificate in sip.tls.ca_file")
	ErrWrongName   = errors.New("the server's certificate is for another name: line.domain, line.proxy or line.outbound_proxy must be a name in it")
	ErrExpired     = errors.New("the server's certificate is not valid now: its operator must renew it, unless this machine's clock is wrong")
	ErrClientWants = errors.New("the server wants a certificate from us, or refuses ours: set sip.tls.cert_file and sip.tls.key_file")
	ErrNoTLS       = errors.New("what answers there does not speak TLS 1.2 or later: check the port, or set line.transport to tcp or udp")
)

// clientTLS is how a server for name is spoken to. name is what was asked for
// before DNS answered: what DNS says is not proof of anything (RFC 5922 4).
func (t TLSConfig) clientTLS(name string) *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: t.Roots, ServerName: strings.TrimSuffix(name, ".")}
	if t.Certificate != nil {
		c.Certificates = []tls.Certificate{*t.Certificate}
	}
	return c
}

// secure makes a TLS connection of a TCP one and says for which other names its
// server's certificate is good too.
func (t TLSConfig) secure(ctx context.Context, conn net.Conn, name string) (net.Conn, func(string) error, error) {
	secured := tls.Client(conn, t.clientTLS(name))
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, nil, tlsError(err, name)
	}
	leaf := secured.ConnectionState().PeerCertificates[0]
	return secured, leaf.VerifyHostname, nil
}

// tlsError says in words which setting is wrong, or who is.
func tlsError(err error, name string) error {
	var (
		unknown  x509.UnknownAuthorityError
		system   x509.SystemRootsError
		wrong    x509.HostnameError
		invalid  x509.CertificateInvalidError
		alert    tls.AlertError
		notTLS   tls.RecordHeaderError
		reason   error
		verified *tls.CertificateVerificationError
	)
	detail := ""
	switch {
	case errors.As(err, &wrong):
		reason, detail = ErrWrongName, fmt.Sprintf("%s, not %s", namesOf(wrong.Certificate), name)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		reason, detail = ErrExpired, validity(invalid.Cert)
	case errors.As(err, &unknown):
		reason, detail = ErrUnknownCA, issuerOf(unknown.Cert)
	case errors.As(err, &system), errors.As(err, &verified):
		reason, detail = ErrUnknownCA, err.Error()
	case errors.As(err, &alert) && clientAlert(alert):
		reason, detail = ErrClientWants, alert.Error()
	case errors.As(err, &notTLS), errors.As(err, &alert):
		reason, detail = ErrNoTLS, err.Error()
	default:
		return fmt.Errorf("TLS with %s: %w", name, err)
	}
	return fmt.Errorf("TLS with %s: %w (%s)", name, reason, printable(detail))
}

// clientAlert: bad_certificate, unsupported_certificate, certificate_unknown,
// unknown_ca, access_denied and certificate_required of RFC 8446 6.2.
func clientAlert(a tls.AlertError) bool {
	switch a {
	case 42, 43, 44, 45, 46, 48, 49, 116:
		return true
	}
	return false
}

func namesOf(c *x509.Certificate) string {
	names := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return "it names no host"
	}
	return "it names " + strings.Join(names, ", ")
}

func validity(c *x509.Certificate) string {
	const form = time.DateOnly
	return fmt.Sprintf("valid from %s to %s, and it is %s", c.NotBefore.UTC().Format(form), c.NotAfter.UTC().Format(form), time.Now().UTC().Format(form))
}

func issuerOf(c *x509.Certificate) string {
	if c == nil {
		return "no issuer"
	}
	return "issued by " + c.Issuer.String()
}

// printable: a certificate's text comes from the network.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}
