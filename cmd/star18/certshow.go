package main

import (
	"fmt"
	"io"
	"math/big"
	"time"

	"github.com/spf13/cobra"

	"star18/cmd/internal/say"
	"star18/securecall"
)

func (a *app) certShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show PARAM|FILE|-",
		Short: "Show a mini-certificate in words",
		Long: "Show the Mini Certificate parameter of a line, 508 base64 characters, or a certificate alone,\n" +
			"336 characters. It is given itself, as a file, or on standard input (-); gen_mc's output will do.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return exitCert(a.showCert(args[0], cmd.InOrStdin(), time.Now()))
		},
	}
}

func (a *app) showCert(argument string, stdin io.Reader, now time.Time) error {
	pieces, err := readCertPieces(argument, stdin)
	if err != nil {
		return err
	}
	p, err := pieces.certificate.decode()
	if err != nil {
		return err
	}
	v := viewCert(p, now)
	if a.flags.json {
		say.JSON{W: a.out}.Object(now, "certificate", v)
	} else {
		v.tell(a.out, p, now)
	}
	return nil
}

// certSignature is what is known of a signature.
type certSignature string

const (
	certValid     certSignature = "valid"
	certInvalid   certSignature = "invalid"
	certUnchecked certSignature = "unchecked" // there is no CA to check it with
)

// String implements fmt.Stringer.
func (s certSignature) String() string { return string(s) }

// certView is what a certificate says and what it is worth, as --json has it.
type certView struct {
	Characters  int           `json:"characters"`
	Name        string        `json:"name"`
	UserID      string        `json:"user_id"`
	Digits      string        `json:"expiry"`
	Expires     string        `json:"expires,omitempty"` // absent if the digits are no date
	DaysLeft    int           `json:"days_left"`
	Expired     bool          `json:"expired"`
	ModulusBits int           `json:"modulus_bits"`
	CA          string        `json:"ca,omitempty"`
	PublishedCA bool          `json:"published_ca"`
	Signature   certSignature `json:"signature"`
	Note        string        `json:"note"`
}

func viewCert(p certParameter, now time.Time) certView {
	c := p.certificate
	v := certView{
		Characters: len(p.text), Name: c.Name(), UserID: c.UserID(), Digits: c.Expiry().String(),
		Expired: true, ModulusBits: certModulus(c).BitLen(), Signature: certUnchecked, Note: certWeak,
	}
	if end, err := c.Expiry().Time(securecall.UTC); err == nil {
		v.Expires = end.Format(time.RFC3339)
		v.DaysLeft, v.Expired = certDays(now, end), !now.Before(end)
	}
	if p.ca != nil {
		v.CA, v.PublishedCA, v.Signature = p.ca.Fingerprint(), p.ca.IsPublished(), certInvalid
		if certSigned(c, *p.ca) {
			v.Signature = certValid
		}
	}
	return v
}

// certModulus is the RSA modulus, bytes 60 to 123 of a mini-certificate.
func certModulus(c securecall.MiniCertificate) *big.Int { return new(big.Int).SetBytes(c[60:124]) }

func (v certView) tell(w io.Writer, p certParameter, now time.Time) {
	kind := "a certificate with the CA that its line trusts"
	if p.ca == nil {
		kind = "a certificate alone, without the CA that a line's parameter ends with"
	}
	certLine(w, "mini-certificate", "%d base64 characters: %s", v.Characters, kind)
	certLine(w, "name", "%s", v.Name)
	certLine(w, "user ID", "%s", v.UserID)
	certLine(w, "expires", "%s", certExpires(p.certificate, now))
	certLine(w, "modulus", "%s", certBits(p.certificate))
	v.tellCA(w)
	certLine(w, "note", "%s", certWeak)
	if v.PublishedCA {
		certLine(w, "warning", "%s", say.PublishedCAWarning)
	}
	if end, err := p.certificate.Expiry().Time(securecall.UTC); err == nil && now.Before(end) {
		if text := certExpiryWarning(now, end); text != "" {
			certLine(w, "warning", "%s", text)
		}
	}
}

func (v certView) tellCA(w io.Writer) {
	switch {
	case v.CA == "":
		certLine(w, "CA", "none in this parameter")
	case v.PublishedCA:
		certLine(w, "CA", "%s, the example that the vendor's manual publishes", v.CA)
	default:
		certLine(w, "CA", "%s, not the vendor's published example", v.CA)
	}
	certLine(w, "signature", "%s", map[certSignature]string{
		certValid:     "valid: this CA signed this certificate",
		certInvalid:   "NOT VALID: damaged, or not signed by this CA; nobody accepts it",
		certUnchecked: "not checked; star18 cert verify --ca FILE checks it",
	}[v.Signature])
}

// certExpires is the expiry and how far away it is.
func certExpires(c securecall.MiniCertificate, now time.Time) string {
	end, err := c.Expiry().Time(securecall.UTC)
	if err != nil {
		return fmt.Sprintf("%q, which is no date: telephones count it as expired", c.Expiry())
	}
	return certMoment(end) + ", " + certLeft(now, end)
}

// certBits is the length of the key, and whether any telephone takes it.
func certBits(c securecall.MiniCertificate) string {
	bits := fmt.Sprintf("RSA, %d bits", certModulus(c).BitLen())
	if !certHonestModulus(c) {
		bits += ", NOT an odd number of exactly 512 bits: refused"
	}
	return bits
}

// certHonestModulus is what every key generator's modulus fulfils.
func certHonestModulus(c securecall.MiniCertificate) bool {
	n := certModulus(c)
	return n.BitLen() == 512 && n.Bit(0) == 1
}
