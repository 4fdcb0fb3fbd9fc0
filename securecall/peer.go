package securecall

import "time"

// Peer is the other side as its certificate names it. Name and UserID are safe
// to print; the certificate was verified.
type Peer struct {
	Name    string
	UserID  string
	Expires time.Time

	// Proven says whether the name is more than a claim once the peer's media
	// authenticates. A callee must hold the certificate's private key to read
	// the Final; a caller may present anybody's certificate. Under a CA whose
	// key is printed in a manual nothing is proven.
	Proven bool

	// PublishedCA: anyone can issue this name.
	PublishedCA bool
}

// DollarName is how the telephone shows a name that a certificate vouches for.
func (p Peer) DollarName() string { return "$" + p.Name }

// peer describes the holder of c, a certificate that id has verified.
func (id *Identity) peer(c MiniCertificate, proven bool) Peer {
	expires, _ := c.Expiry().Time(id.zone) // verified, so it is a date
	return Peer{
		Name:        c.Name(),
		UserID:      c.UserID(),
		Expires:     expires.UTC(),
		Proven:      proven,
		PublishedCA: id.UsesPublishedCA(),
	}
}
