package sipnet

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
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

// session is TLS with one server.
type session struct {
	*tls.Conn
	name  string
	asked atomic.Bool // it wanted a certificate from us
	up    atomic.Bool // the handshake is over
}

// secure makes a TLS connection of a TCP one. name is what was asked for before
// DNS answered: what DNS says is no proof of anything (RFC 5922 4).
func (t TLSConfig) secure(ctx context.Context, conn net.Conn, name string) (*session, error) {
	s := &session{name: name}
	s.Conn = tls.Client(conn, &tls.Config{
		MinVersion: tls.VersionTLS12,
		RootCAs:    t.Roots,
		ServerName: strings.TrimSuffix(name, "."),
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			s.asked.Store(true)
			if t.Certificate == nil {
				return new(tls.Certificate), nil
			}
			return t.Certificate, nil
		},
	})
	if err := s.HandshakeContext(ctx); err != nil {
		return nil, s.explain(err)
	}
	s.up.Store(true)
	return s, nil
}

// verifies: the server's certificate is good for this name too.
func (s *session) verifies(name string) bool {
	return s.ConnectionState().PeerCertificates[0].VerifyHostname(name) == nil
}

// explain says in words which setting is wrong, or who is. A refusal of our
// certificate comes after the handshake where TLS 1.3 is spoken.
func (s *session) explain(err error) error {
	var (
		unknown  x509.UnknownAuthorityError
		system   x509.SystemRootsError
		wrong    x509.HostnameError
		invalid  x509.CertificateInvalidError
		remote   *net.OpError
		notTLS   tls.RecordHeaderError
		reason   error
		verified *tls.CertificateVerificationError
	)
	detail := ""
	switch {
	case errors.As(err, &wrong):
		reason, detail = ErrWrongName, fmt.Sprintf("%s, not %s", namesOf(wrong.Certificate), s.name)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		reason, detail = ErrExpired, validity(invalid.Cert)
	case errors.As(err, &unknown):
		reason, detail = ErrUnknownCA, issuerOf(unknown.Cert)
	case errors.As(err, &system), errors.As(err, &verified):
		reason, detail = ErrUnknownCA, err.Error()
	case errors.As(err, &remote) && remote.Op == "remote error": // an alert
		switch detail = err.Error(); {
		case s.asked.Load():
			reason = ErrClientWants
		case s.up.Load():
			return err
		default:
			reason = ErrNoTLS
		}
	case errors.As(err, &notTLS):
		reason, detail = ErrNoTLS, err.Error()
	default:
		return err
	}
	return fmt.Errorf("%w (%s)", reason, printable(detail))
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
