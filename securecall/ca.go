package securecall

import (
	"crypto/sha256"
	"encoding/hex"
)

// CA is the public half of a certificate authority: its RSA-1024 modulus.
type CA struct{ modulus [caLen]byte }

// publishedCA is the SHA-256 of the modulus of the vendor's example CA. The
// key itself lives in the folder published, which only the demo needs.
const publishedCA = "a2b5a6c46648991f09235bb03377c58b27905d8abef9e970f314f1286071ebfc"

// IsPublished tells whether this is the CA whose private key the vendor's
// manual prints: anyone can issue any name under it.
func (ca CA) IsPublished() bool { return ca.Fingerprint() == publishedCA }

// Fingerprint is the SHA-256 of the modulus in hexadecimal, by which people
// can compare two CAs.
func (ca CA) Fingerprint() string {
	sum := sha256.Sum256(ca.modulus[:])
	return hex.EncodeToString(sum[:])
}

// String names the CA by the start of its fingerprint.
func (ca CA) String() string { return "CA " + ca.Fingerprint()[:16] }
