package securecall

import (
	"fmt"
	"time"
)

// MiniCertificate is the 252 bytes that bind a name and a number to a key.
// Until [MiniCertificate.Verify] has agreed, they are what a stranger says.
type MiniCertificate [certLen]byte

// ParseMiniCertificate takes exactly 252 bytes. Any 252 bytes parse: the
// fields have no other form than their place.
func ParseMiniCertificate(b []byte) (MiniCertificate, error) {
	if len(b) != certLen {
		return MiniCertificate{}, fmt.Errorf("mini-certificate of %d bytes, not %d: %w", len(b), certLen, BadLength)
	}
	return MiniCertificate(b), nil
}

// Name is the user's name, safe to print.
func (c MiniCertificate) Name() string { return printable(padded(c[:nameLen])) }

// UserID is the user ID or phone number, safe to print. To compare it with a
// number use HasUserID: what is safe to print need not be what is there.
func (c MiniCertificate) UserID() string { return printable(padded(c.userIDField())) }

// HasUserID compares the whole field, padding included, so that nothing can
// hide behind a NUL.
func (c MiniCertificate) HasUserID(id string) bool {
	var want [userIDLen]byte
	copy(want[:], id)
	return id != "" && len(id) <= userIDLen && want == [userIDLen]byte(c.userIDField())
}

// Expiry is the digits of the expiry.
func (c MiniCertificate) Expiry() Expiry { return Expiry(c[expiryOffset:modulusOffset]) }

// Verify checks the certificate against the CA and the clock, in this order:
// signature, expiry, and that the modulus could be an honest one. The error
// wraps [BadSignature], [Expired] or [BadKeyBlock]. The certificate's own key
// is not used.
func (c MiniCertificate) Verify(ca CA, now time.Time, zone Zone) error {
	if !c.signedBy(ca) {
		return fmt.Errorf("%w: not by the trusted CA", BadSignature)
	}
	if err := c.checkExpiry(now, zone); err != nil {
		return err
	}
	if _, err := peerModulus(c.modulus()); err != nil {
		return fmt.Errorf("%w: %w", BadKeyBlock, err)
	}
	return nil
}

// signedBy checks the signature alone.
func (c MiniCertificate) signedBy(ca CA) bool {
	return verifyCA(&ca.modulus, c[:signedLen], c[signedLen:])
}

// checkExpiry: valid strictly before the second that is written.
func (c MiniCertificate) checkExpiry(now time.Time, zone Zone) error {
	end, err := c.Expiry().Time(zone)
	if err != nil {
		return fmt.Errorf("%w: %w", Expired, err)
	}
	if !now.Before(end) {
		return fmt.Errorf("%w: on %s", Expired, end.Format(time.RFC3339))
	}
	return nil
}

// String is the certificate in one line.
func (c MiniCertificate) String() string {
	return fmt.Sprintf("%q %s until %s", c.Name(), c.UserID(), c.Expiry())
}

func (c MiniCertificate) userIDField() []byte { return c[userIDOffset:expiryOffset] }
func (c MiniCertificate) modulus() []byte     { return c[modulusOffset:signedLen] }
