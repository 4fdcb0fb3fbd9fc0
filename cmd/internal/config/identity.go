package config

import (
	"errors"
	"time"

	"star18/securecall"
	"star18/ua"
)

// Identity is the line's own certificate and key, checked. Its error wraps a
// securecall.Fault; calls then go on without security, and say so.
func (l *Loaded) Identity(now time.Time) (*securecall.Identity, error) {
	s := l.Settings.Secure
	return securecall.NewIdentity(s.MiniCertificate, string(s.PrivateKey), securecall.Zone(s.ExpiryZone), now)
}

// CheckIdentity is what config check adds: a bad identity is a problem there,
// and only a fault to be told elsewhere. No identity at all is a problem only
// if calls are to be secure.
func (l *Loaded) CheckIdentity(now time.Time) (*securecall.Identity, error) {
	s := l.Settings.Secure
	if !s.Service {
		return nil, nil
	}
	wanted := (s.Default || s.Require) && s.Method == ua.MethodXSipura.String() // keys in SDP need none
	if s.MiniCertificate == "" && s.PrivateKey == "" && !wanted {
		return nil, nil
	}
	id, err := l.Identity(now)
	if err == nil {
		return id, nil
	}
	var fault securecall.Fault
	if !errors.As(err, &fault) {
		return nil, err
	}
	return nil, Problems{l.identityProblem(fault)}
}

var identityFixes = map[securecall.Fault]string{
	securecall.CertificateMissing:   "give secure.mini_certificate or secure.mini_certificate_file",
	securecall.CertificateNotBase64: "copy the parameter again, whole",
	securecall.CertificateLength:    "copy the parameter again, whole",
	securecall.CertificateSignature: "ask for a new certificate",
	securecall.CertificateExpired:   "ask for a new certificate",
	securecall.CertificateModulus:   "ask for a new certificate",
	securecall.KeyMissing:           "give secure.private_key_file",
	securecall.KeyNotBase64:         "copy the parameter again, whole",
	securecall.KeyLength:            "copy the parameter again, whole",
	securecall.KeyMismatch:          "use the key that was issued with this certificate",
}

func (l *Loaded) identityProblem(fault securecall.Fault) Problem {
	p := pairs[1]
	switch fault {
	case securecall.KeyMissing, securecall.KeyNotBase64, securecall.KeyLength, securecall.KeyMismatch:
		p = pairs[2]
	}
	key := p.inline
	if l.text(p.file) != "" {
		key = p.file
	}
	return l.at(key, fault.Words()+" ["+fault.String()+"]", identityFixes[fault])
}
