package securecall

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"filippo.io/bigmod"
)

// Identity is a line's own certificate with its private key, checked, and the
// one CA that the line trusts. It does not change and may be shared by calls.
type Identity struct {
	certificate MiniCertificate
	ca          CA
	zone        Zone
	modulus     *bigmod.Modulus
	private     privateExponent
}

// NewIdentity checks the two parameters of a line as its firmware holds them:
// length, signature, expiry, and that key and certificate belong together. The
// error wraps one [Fault]; without an identity a line makes no secure calls.
func NewIdentity(miniCertificate, privateKey string, zone Zone, now time.Time) (*Identity, error) {
	id := &Identity{zone: zone}
	if err := zone.Validate(); err != nil {
		return nil, err
	}
	var err error
	if id.certificate, id.ca, err = DecodeMiniCertificate(miniCertificate); err != nil {
		return nil, err
	}
	if err = id.Check(now); err != nil {
		return nil, err
	}
	if id.modulus, err = peerModulus(id.certificate.modulus()); err != nil {
		return nil, CertificateModulus
	}
	if id.private, err = decodePrivateKey(privateKey); err != nil {
		return nil, err
	}
	if !id.private.opens(id.modulus) {
		return nil, KeyMismatch
	}
	return id, nil
}

// Check verifies the certificate again: one that was valid when the program
// started may have expired since. The error wraps one [Fault].
func (id *Identity) Check(now time.Time) error {
	err := id.certificate.Verify(id.ca, now, id.zone)
	switch {
	case errors.Is(err, BadSignature):
		return CertificateSignature
	case errors.Is(err, Expired):
		return fmt.Errorf("%w: %s", CertificateExpired, id.certificate.Expiry())
	case err != nil:
		return CertificateModulus
	}
	return nil
}

// Certificate is the line's mini-certificate.
func (id *Identity) Certificate() MiniCertificate { return id.certificate }

// CA is the authority that the line trusts: the one that its own parameter
// ends with. There is no other setting for it.
func (id *Identity) CA() CA { return id.ca }

// Expires is when the certificate stops being valid.
func (id *Identity) Expires() time.Time {
	t, _ := id.certificate.Expiry().Time(id.zone) // NewIdentity has read it
	return t
}

// UsesPublishedCA tells whether the trusted CA is the vendor's printed example,
// under which no name proves anything.
func (id *Identity) UsesPublishedCA() bool { return id.ca.IsPublished() }

// UserIDWarning is empty if the certificate is for lineUser, the user part
// under which this line is called. Otherwise it says what will happen.
func (id *Identity) UserIDWarning(lineUser string) string {
	if id.certificate.HasUserID(lineUser) {
		return ""
	}
	return fmt.Sprintf("the certificate's user ID %q is not the line's user %q: callers who dial %q will refuse to secure the call",
		id.certificate.UserID(), lineUser, lineUser)
}

// Fingerprint names the key pair, not the certificate: a certificate renewed
// for the same key opens the same recorded Finals.
func (id *Identity) Fingerprint() string {
	sum := sha256.Sum256(id.certificate.modulus())
	return hex.EncodeToString(sum[:])
}

// verifyPeer checks the other side's certificate against our CA.
func (id *Identity) verifyPeer(c MiniCertificate, now time.Time) *Refusal {
	err := c.Verify(id.ca, now, id.zone)
	if err == nil {
		return nil
	}
	var reason Reason
	errors.As(err, &reason) // Verify promises one
	return refuse(reason, err.Error())
}
