package securecall

// Fault is what is wrong with a line's own certificate and key: one comparable
// word for each check. Towards the other side and in events every fault is
// [NoIdentity] with the fault as its detail.
type Fault string

// The faults, in the order of the checks.
const (
	CertificateMissing   Fault = "certificate_missing"
	CertificateNotBase64 Fault = "certificate_not_base64"
	CertificateLength    Fault = "certificate_bad_length"
	CertificateSignature Fault = "certificate_bad_signature"
	CertificateExpired   Fault = "certificate_expired"
	CertificateModulus   Fault = "certificate_bad_modulus"
	KeyMissing           Fault = "key_missing"
	KeyNotBase64         Fault = "key_not_base64"
	KeyLength            Fault = "key_bad_length"
	KeyMismatch          Fault = "key_mismatch"
)

var faultWords = map[Fault]string{
	CertificateMissing:   "no mini-certificate is configured",
	CertificateNotBase64: "the mini-certificate is not base64",
	CertificateLength:    "the mini-certificate must be 508 base64 characters (the certificate and its CA)",
	CertificateSignature: "the mini-certificate is damaged, or not signed by the CA that it carries",
	CertificateExpired:   "the mini-certificate has expired",
	CertificateModulus:   "the mini-certificate's RSA key is not an odd number of exactly 512 bits",
	KeyMissing:           "no SRTP private key is configured",
	KeyNotBase64:         "the SRTP private key is not base64",
	KeyLength:            "the SRTP private key must be 88 base64 characters (64 bytes) or fewer",
	KeyMismatch:          "the SRTP private key does not belong to the mini-certificate",
}

// Error implements error.
func (f Fault) Error() string { return string(f) }

// String implements fmt.Stringer.
func (f Fault) String() string { return string(f) }

// Words is the fault as a person would say it.
func (f Fault) Words() string { return faultWords[f] }
