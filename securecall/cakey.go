package securecall

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
)

// CAKey is the private key of a certificate authority.
type CAKey struct {
	ca      CA
	private privateExponent
}

// ErrCAKey is wrapped by every refusal of a CA key.
var ErrCAKey = errors.New("not a usable CA key")

// ParseCAKey reads a ca_key file: two base64 lines, modulus and private
// exponent. It also takes an unencrypted PEM key (PKCS#1 or PKCS#8), as
// openssl makes it. The key must be RSA-1024 with e = 65537, which is all that
// a telephone verifies, and its halves must belong together.
func ParseCAKey(file []byte) (*CAKey, error) {
	var modulus, d []byte
	var err error
	if block, _ := pem.Decode(file); block != nil {
		modulus, d, err = caFromPEM(block)
	} else {
		modulus, d, err = caFromLines(file)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCAKey, err)
	}
	return newCAKey(modulus, d)
}

// NewCAKey generates a CA. It is RSA-1024, because telephones know no other.
func NewCAKey(random io.Reader) (*CAKey, error) {
	modulus, private, err := generate(random, caLen)
	if err != nil {
		return nil, err
	}
	return newCAKey(modulus, private.d())
}

// CA is the public half.
func (k *CAKey) CA() CA { return k.ca }

// FileText is the secret content of a ca_key file.
func (k *CAKey) FileText() []byte {
	lines := base64.StdEncoding.AppendEncode(nil, k.ca.modulus[:])
	lines = append(lines, '\n')
	lines = base64.StdEncoding.AppendEncode(lines, k.private.d())
	return append(lines, '\n')
}

func newCAKey(modulus, d []byte) (*CAKey, error) {
	modulus, d = bytes.TrimLeft(modulus, "\x00"), bytes.TrimLeft(d, "\x00")
	if len(modulus) != caLen || modulus[0]&0x80 == 0 || modulus[caLen-1]&1 == 0 {
		return nil, fmt.Errorf("%w: its modulus is not an odd number of exactly %d bits", ErrCAKey, 8*caLen)
	}
	if len(d) == 0 || len(d) > caLen {
		return nil, fmt.Errorf("%w: its private exponent has %d bytes, not 1 to %d", ErrCAKey, len(d), caLen)
	}
	full := append(make([]byte, caLen-len(d)), d...)
	k := &CAKey{ca: CA{[caLen]byte(modulus)}, private: privateExponent{hide(full)}}
	probe := []byte("probe")
	sig, err := signCA(&k.ca.modulus, k.private, probe)
	if err != nil || !verifyCA(&k.ca.modulus, probe, sig) {
		return nil, fmt.Errorf("%w: its private exponent does not belong to its modulus", ErrCAKey)
	}
	return k, nil
}

func caFromLines(file []byte) (modulus, d []byte, err error) {
	lines := bytes.Fields(file)
	if len(lines) != 2 {
		return nil, nil, fmt.Errorf("%d lines of text, not two of base64 nor PEM", len(lines))
	}
	if modulus, err = DecodeBody(lines[0]); err != nil {
		return nil, nil, errors.New("its first line, the modulus, is not base64")
	}
	if d, err = DecodeBody(lines[1]); err != nil {
		return nil, nil, errors.New("its second line, the private exponent, is not base64")
	}
	return modulus, d, nil
}

func caFromPEM(block *pem.Block) (modulus, d []byte, err error) {
	var parsed any
	switch block.Type {
	case "RSA PRIVATE KEY":
		parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "PRIVATE KEY":
		parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	default:
		return nil, nil, fmt.Errorf("a PEM block of type %q, not an unencrypted private key", block.Type)
	}
	if block.Headers["DEK-Info"] != "" {
		return nil, nil, errors.New("the PEM key is encrypted; decrypt it first, for example with openssl rsa")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("its PEM key does not parse: %w", err)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok || key.E != publicExponent {
		return nil, nil, fmt.Errorf("its PEM key is not RSA with exponent %d", publicExponent)
	}
	return key.N.Bytes(), key.D.Bytes(), nil
}
