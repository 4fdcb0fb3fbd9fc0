package securecall

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Request is what a certificate is to say.
type Request struct {
	Name   string // 1 to 32 bytes of printable text
	UserID string // 1 to 16 bytes of visible ASCII: the user part of an INVITE
	Expiry Expiry
}

// Refusals of a Request.
var (
	ErrName   = errors.New("name must be 1 to 32 bytes of printable text")
	ErrUserID = errors.New("user ID must be 1 to 16 visible ASCII characters, the user part of the INVITE")
)

// Issued is a new identity: a certificate and the private key to it.
type Issued struct {
	Certificate MiniCertificate
	CA          CA
	private     privateExponent
}

// MiniCertificateParameter is the line's Mini Certificate, 508 characters.
func (i *Issued) MiniCertificateParameter() string { return encodeMiniCertificate(i.Certificate, i.CA) }

// PrivateKeyParameter is the line's SRTP Private Key, 88 secret characters.
func (i *Issued) PrivateKeyParameter() string { return encodePrivateKey(i.private) }

// Issue generates an RSA-512 key and signs a certificate for it.
func Issue(ca *CAKey, r Request, random io.Reader) (*Issued, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	modulus, private, err := generate(random, blockLen)
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	n, err := peerModulus(modulus)
	if err != nil || !private.opens(n) {
		return nil, errors.New("generate key: the new key does not open what it sealed")
	}
	c, err := ca.sign(r, modulus)
	if err != nil {
		return nil, err
	}
	return &Issued{Certificate: c, CA: ca.ca, private: private}, nil
}

// sign lays out and signs a certificate. The same request and modulus give the
// same bytes, since this signature has no random part.
func (k *CAKey) sign(r Request, modulus []byte) (MiniCertificate, error) {
	var c MiniCertificate
	copy(c[:nameLen], r.Name)
	copy(c[userIDOffset:], r.UserID)
	copy(c[expiryOffset:], r.Expiry[:])
	copy(c[modulusOffset:], modulus)
	sig, err := signCA(&k.ca.modulus, k.private, c[:signedLen])
	if err != nil {
		return c, fmt.Errorf("sign certificate: %w", err)
	}
	copy(c[signedLen:], sig)
	if !c.signedBy(k.ca) {
		return c, errors.New("sign certificate: the signature does not verify")
	}
	return c, nil
}

// validate holds a request to what every reader of the certificate can show
// and compare. A name may use any script, since the vendor fixes no character
// set; a user ID is compared byte by byte with a SIP user part.
func (r Request) validate() error {
	unprintable := func(c rune) bool { return !unicode.IsPrint(c) }
	if r.Name == "" || len(r.Name) > nameLen || !utf8.ValidString(r.Name) || strings.ContainsFunc(r.Name, unprintable) {
		return fmt.Errorf("%w, not %q", ErrName, r.Name)
	}
	invisible := func(c rune) bool { return c <= ' ' || c > '~' }
	if r.UserID == "" || len(r.UserID) > userIDLen || strings.ContainsFunc(r.UserID, invisible) {
		return fmt.Errorf("%w, not %q", ErrUserID, r.UserID)
	}
	_, err := r.Expiry.Time(UTC)
	return err
}
