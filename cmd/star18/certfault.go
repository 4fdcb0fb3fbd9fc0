package main

import (
	"errors"
	"io/fs"

	"star18/securecall"
)

// certFaultName is one comparable word for what is wrong with the arguments or
// files of a cert command. What is wrong with a certificate or its key has the
// names that securecall gives it.
type certFaultName string

const (
	certArgument   certFaultName = "bad_argument"
	certName       certFaultName = "bad_name"
	certUserID     certFaultName = "bad_user_id"
	certExpiry     certFaultName = "bad_expiry"
	certPast       certFaultName = "expiry_past"
	certCAKey      certFaultName = "bad_ca_key"
	certExists     certFaultName = "file_exists"
	certExposed    certFaultName = "file_exposed"
	certUnreadable certFaultName = "file_unreadable"
	certUnwritable certFaultName = "file_unwritable"
)

// Error implements error.
func (n certFaultName) Error() string { return string(n) }

// String implements fmt.Stringer.
func (n certFaultName) String() string { return string(n) }

// certFault is a refusal: where, what is wrong, its name, what to do.
type certFault struct {
	place string // an argument, or a file with its line
	name  error  // a certFaultName or a securecall.Fault
	words string
	fix   string
}

// Error implements error.
func (f *certFault) Error() string {
	return f.place + ": " + f.words + " [" + f.name.Error() + "]; " + f.fix
}

// Unwrap makes errors.Is find the name.
func (f *certFault) Unwrap() error { return f.name }

func certRefuse(place string, name error, words, fix string) error {
	return &certFault{place, name, words, fix}
}

// certFixes say what to do about a certificate or key that is not good.
var certFixes = map[securecall.Fault]string{
	securecall.CertificateMissing:   "give the mini-certificate, or the file that holds it",
	securecall.CertificateNotBase64: "copy the parameter again, whole",
	securecall.CertificateLength:    "copy the parameter again, whole",
	securecall.KeyMissing:           "give the file that holds the SRTP private key",
	securecall.KeyNotBase64:         "copy the key again, whole",
	securecall.KeyLength:            "copy the key again, whole",
	securecall.KeyMismatch:          "use the key that was issued with this certificate",
}

// certReason is why a file operation failed, without the path that is said
// before it.
func certReason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
