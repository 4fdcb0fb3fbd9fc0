// Package published is the one complete example that the vendor ever printed: a
// CA, a mini-certificate for "Joe Smith", 14085551234, and its private key. It
// is what the demonstration runs on and what the formats were proved with.
//
// WARNING: this CA's private key is printed in a manual. Anyone can issue any
// name under it. A line that trusts it knows nothing about its callers.
package published

import _ "embed"

var (
	//go:embed ca_key
	caKey string

	//go:embed mini_certificate.b64
	miniCertificate string

	//go:embed srtp_private_key.b64
	privateKey string
)

// CAKey is the ca_key file: the CA's modulus and its private exponent.
func CAKey() []byte { return []byte(caKey) }

// MiniCertificate is the Mini Certificate parameter of "Joe Smith".
func MiniCertificate() string { return miniCertificate }

// PrivateKey is the SRTP Private Key parameter of "Joe Smith".
func PrivateKey() string { return privateKey }
