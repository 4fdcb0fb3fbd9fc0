package securecall

import "encoding/base64"

// DecodeMiniCertificate reads the Mini Certificate parameter of a line: the
// certificate and the CA that the line trusts. It verifies nothing. The error
// is a [Fault].
func DecodeMiniCertificate(parameter string) (MiniCertificate, CA, error) {
	b, err := DecodeBody([]byte(parameter))
	switch {
	case err != nil:
		return MiniCertificate{}, CA{}, CertificateNotBase64
	case len(b) == 0:
		return MiniCertificate{}, CA{}, CertificateMissing
	case len(b) != parameterLen:
		return MiniCertificate{}, CA{}, CertificateLength
	}
	return MiniCertificate(b[:certLen]), CA{modulus: [caLen]byte(b[certLen:])}, nil
}

// encodeMiniCertificate is the 508 characters of the parameter.
func encodeMiniCertificate(c MiniCertificate, ca CA) string {
	return base64.StdEncoding.EncodeToString(append(c[:], ca.modulus[:]...))
}

// decodePrivateKey reads the SRTP Private Key parameter. Some tools write the
// exponent without its leading zeros, so a shorter value is padded on the left.
func decodePrivateKey(parameter string) (privateExponent, error) {
	b, err := DecodeBody([]byte(parameter))
	switch {
	case err != nil:
		return privateExponent{}, KeyNotBase64
	case len(b) == 0:
		return privateExponent{}, KeyMissing
	case len(b) > blockLen:
		return privateExponent{}, KeyLength
	}
	d := make([]byte, blockLen)
	copy(d[blockLen-len(b):], b)
	return privateExponent{hide(d)}, nil
}

func encodePrivateKey(k privateExponent) string {
	return base64.StdEncoding.EncodeToString(k.d())
}
