package config

import (
	"crypto/tls"
	"crypto/x509"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"star18/ua"
	"star18/ua/sipnet"
)

var transports = []string{
	sipnet.UDP.String(), sipnet.TCP.String(), sipnet.TLS.String(), sipnet.WS.String(), sipnet.WSS.String(), ua.AutoTransport.String(),
}

func (l *loader) checkTransport() {
	s := l.Settings.Line
	if !slices.Contains(transports, s.Transport) {
		l.bad("line.transport", strconv.Quote(s.Transport)+" is not supported", "write "+strings.Join(transports, ", "))
	}
	if _, err := url.ParseRequestURI(s.WebSocketPath); err != nil || !strings.HasPrefix(s.WebSocketPath, "/") || strings.Contains(s.WebSocketPath, "#") {
		l.bad("line.websocket_path", strconv.Quote(s.WebSocketPath)+" is not a path", "write what follows the host in the server's address: /ws of wss://pbx.example.com/ws")
	}
}

// checkTLS reads the files of sip.tls. None of them can make an unverified
// server pass.
func (l *loader) checkTLS() {
	s := l.Settings.SIP.TLS
	if s.CAFile != "" {
		l.tls.Roots = l.readCA(s.CAFile)
	}
	switch {
	case s.CertFile == "" && s.KeyFile == "":
	case s.KeyFile == "":
		l.bad("sip.tls.cert_file", "has no key", "give sip.tls.key_file too")
	case s.CertFile == "":
		l.bad("sip.tls.key_file", "has no certificate", "give sip.tls.cert_file too")
	default:
		l.tls.Certificate = l.readPair(s.CertFile, s.KeyFile)
	}
}

func (l *loader) readCA(name string) *x509.CertPool {
	text, ok := l.readFile("sip.tls.ca_file", name)
	pool := x509.NewCertPool()
	if ok && !pool.AppendCertsFromPEM(text) {
		l.bad("sip.tls.ca_file", l.beside(name)+" holds no certificate", "write certificates in PEM there: -----BEGIN CERTIFICATE-----")
	}
	return pool
}

func (l *loader) readPair(certName, keyName string) *tls.Certificate {
	cert, ok := l.readFile("sip.tls.cert_file", certName)
	key, both := l.readFile("sip.tls.key_file", keyName)
	if !ok || !both {
		return nil
	}
	if fix := exposed(l.beside(keyName)); fix != "" {
		l.bad("sip.tls.key_file", l.beside(keyName)+" may be read by others", fix)
		return nil
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		l.bad("sip.tls.cert_file", "and sip.tls.key_file do not work together: "+strings.TrimPrefix(err.Error(), "tls: "), "give a certificate in PEM and its own key, without a pass phrase")
		return nil
	}
	return &pair
}

func (l *loader) readFile(key, name string) ([]byte, bool) {
	path := l.beside(name)
	text, err := os.ReadFile(path)
	if err != nil {
		l.bad(key, path+" cannot be read: "+reason(err), "correct the path; it is relative to the configuration file")
	}
	return text, err == nil
}
