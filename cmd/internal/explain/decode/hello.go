package decode

import (
	"errors"
	"math/bits"
	"time"

	"star18/securecall"
	"star18/securecall/published"
)

// helloLen is a Hello without its CA's modulus (specification, section 3).
const helloLen = 264

// Signature is what is known about who signed a certificate.
type Signature string

// The signatures.
const (
	SignedByCA       Signature = "valid"         // by the CA that was given
	SignedByExample  Signature = "published_ca"  // by the CA whose key the vendor's manual prints
	SignedByAttached Signature = "attached_ca"   // by the CA that came with the Hello, which proves nothing
	SignedByOther    Signature = "invalid"       // not by the CA that was given
	SignedUnknown    Signature = "not_checkable" // no CA was given, and the example's it is not
)

// String implements fmt.Stringer.
func (s Signature) String() string { return string(s) }

// Hello is a Hello, read.
type Hello struct {
	ID, Version uint32 // as the sender meant them
	SSRC        uint32
	Order       securecall.Order
	Stream      *Stream // the RTP stream that has this SSRC, or nil
	WithCA      bool
	Recorded    bool // a transcript: there is no RTP to look for
	Certificate securecall.MiniCertificate
	Signature   Signature
	Expiry      time.Time // zero if its digits are no date
	Expired     bool      // when it was shown; false if that is not known
	modulus     []byte
}

// Offsets in a mini-certificate (specification, section 4).
const modulusAt, modulusEnd = 60, 124

func (c *Call) hello(h securecall.Hello, msg []byte, at time.Time, by Side) *Hello {
	out := &Hello{
		ID: h.ID, Version: h.Version, SSRC: h.SSRC, Order: securecall.Big,
		WithCA: len(msg) > helloLen, Recorded: c.Recorded, Certificate: h.Certificate,
		modulus: h.Certificate[modulusAt:modulusEnd],
	}
	if out.Stream = c.streamOf(h.SSRC, by); out.Stream == nil {
		if swapped := bits.ReverseBytes32(h.SSRC); c.little(swapped, by) {
			out.Stream = c.streamOf(swapped, by)
			out.Order, out.SSRC = securecall.Little, swapped
			out.ID, out.Version = bits.ReverseBytes32(h.ID), bits.ReverseBytes32(h.Version)
		}
	}
	out.Signature = c.signature(h.Certificate, msg)
	out.Expiry, _ = h.Certificate.Expiry().Time(c.opt.Zone)
	out.Expired = dated(at) && !at.Before(out.Expiry)
	return out
}

// little: the swapped word is the SSRC of a stream, or, in a transcript, one
// that the recorder recognised.
func (c *Call) little(swapped uint32, by Side) bool {
	if c.streamOf(swapped, by) != nil {
		return true
	}
	if c.Told != nil {
		for _, o := range c.Told.Observed {
			if o.SSRC == swapped && o.Order == securecall.Little {
				return true
			}
		}
	}
	return false
}

func (c *Call) streamOf(ssrc uint32, by Side) *Stream {
	for _, s := range c.Streams {
		if s.SSRC == ssrc && s.Side == by {
			return s
		}
	}
	return nil
}

// dated: a log without years has none.
func dated(at time.Time) bool { return at.Year() > 1990 }

// signature tries the CAs that are known.
func (c *Call) signature(cert securecall.MiniCertificate, msg []byte) Signature {
	given := c.opt.CA
	switch {
	case given != nil && !given.IsPublished() && signedBy(cert, *given):
		return SignedByCA
	case given != nil && !given.IsPublished():
		return SignedByOther
	case signedBy(cert, exampleCA()):
		return SignedByExample
	case given != nil:
		return SignedByOther
	case len(msg) > helloLen && signedBy(cert, CAOf(msg[helloLen:])):
		return SignedByAttached
	}
	return SignedUnknown
}

// signedBy asks for the signature alone: at the beginning of time nothing has
// expired.
func signedBy(cert securecall.MiniCertificate, ca securecall.CA) bool {
	return !errors.Is(cert.Verify(ca, time.Time{}, securecall.UTC), securecall.BadSignature)
}

func exampleCA() securecall.CA {
	_, ca, _ := securecall.DecodeMiniCertificate(published.MiniCertificate())
	return ca
}

// caLen is a CA's modulus.
const caLen = 128

// CAOf is the CA with this modulus of 128 bytes: the parameter of a line ends
// with it.
func CAOf(modulus []byte) securecall.CA {
	parameter := append(make([]byte, len(securecall.MiniCertificate{})), modulus[:caLen]...)
	_, ca, _ := securecall.DecodeMiniCertificate(string(securecall.EncodeBody(parameter)))
	return ca
}
